import type { SelectionBut } from '../customers/read-selection.js';
import type { CustomerCount } from '../domain/search/customer-query.js';
import type { CustomerSearch } from '../domain/search/customer-search.js';

type Ids = AsyncIterable<string> | Iterable<string>;

/**
 * The ids of the selected customers, without those that are excepted. Ids without a search or filters are taken as they are, also those that
 * nobody has.
 * @param select finds the customers of any other selection
 */
export function selectedIds(selection: SelectionBut, select: (selection: SelectionBut) => Ids): Ids {
  const { except } = selection;
  const ids = idsAlone(selection) ?? select(selection);
  return except ? without(ids, except) : ids;
}

/** How many ids {@link selectedIds} gives. */
export async function countSelected(
  search: CustomerSearch,
  selection: SelectionBut,
): Promise<Pick<CustomerCount, 'total' | 'totalIsMinimum'>> {
  const { except } = selection;
  const ids = idsAlone(selection);
  if (ids) return { total: ids.filter((id) => !except?.has(id)).length, totalIsMinimum: false };
  const all = await search.count(selection);
  if (!except) return all;
  const asked = selection.ids && new Set(selection.ids);
  const among = [...except].filter((id) => asked?.has(id) ?? true);
  const excepted = among.length > 0 ? (await search.count({ ...selection, ids: among })).total : 0;
  return { total: Math.max(0, all.total - excepted), totalIsMinimum: all.totalIsMinimum };
}

function idsAlone({ ids, search, filters }: SelectionBut): readonly string[] | undefined {
  return search === undefined && filters.length === 0 ? ids : undefined;
}

async function* without(ids: Ids, except: ReadonlySet<string>): AsyncGenerator<string> {
  for await (const id of ids) if (!except.has(id)) yield id;
}
