import type { CustomerSearch } from '../domain/search/customer-search.js';

/** With more names, columns are taken by their exact names alone. */
const MOST_NAMES = 100_000;

/** The names of all attributes, the most frequent first; none if there are too many. */
export async function attributeNames(search: Pick<CustomerSearch, 'attributeNames'>): Promise<readonly string[]> {
  const names = await search.attributeNames('', MOST_NAMES);
  return names.length < MOST_NAMES ? names.map(({ name }) => name) : [];
}
