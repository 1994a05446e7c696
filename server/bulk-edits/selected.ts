import type { CustomerSelection } from '../domain/search/customer-query.js';
import type { CustomerSearch } from '../domain/search/customer-search.js';

/** Ids of the customers to edit, and how many there are, as far as is known. */
export interface Selected {
  readonly ids: AsyncIterable<string> | Iterable<string>;
  readonly total: number;
}

/** The customers of a selection. Ids without a search or filters are taken as they are, also those that nobody has. */
export async function selectedBy(search: CustomerSearch, selection: CustomerSelection): Promise<Selected> {
  if (selection.ids && selection.search === undefined && selection.filters.length === 0) {
    return { ids: selection.ids, total: selection.ids.length };
  }
  return { ids: search.select(selection), total: (await search.count(selection)).total };
}
