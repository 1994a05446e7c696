import type { SelectionBut } from '../customers/read-selection.js';
import type { CustomerSearch } from '../domain/search/customer-search.js';

/** Ids of the customers to edit, and how many there are, as far as is known. */
export interface Selected {
  readonly ids: AsyncIterable<string> | Iterable<string>;
  readonly total: number;
}

/** The customers of a selection. Ids without a search or filters are taken as they are, also those that nobody has. */
export async function selectedBy(search: CustomerSearch, selection: SelectionBut): Promise<Selected> {
  const { except } = selection;
  if (selection.ids && selection.search === undefined && selection.filters.length === 0) {
    const ids = selection.ids.filter((id) => !except?.has(id));
    return { ids, total: ids.length };
  }
  const { total } = await search.count(selection);
  if (!except) return { ids: search.select(selection), total };
  return { ids: without(search.select(selection), except), total: Math.max(0, total - except.size) };
}

async function* without(ids: AsyncIterable<string>, except: ReadonlySet<string>): AsyncGenerator<string> {
  for await (const id of ids) if (!except.has(id)) yield id;
}
