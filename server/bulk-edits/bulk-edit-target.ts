import type { SelectionBody } from '../customers/selection.dto.js';

const MOST_IDS = 100;
/** The bytes of a target in the audit. */
const TARGET_BYTES = 1_024;
/** The bytes of search and filters in it, so that there is room for ids. */
const QUERY_BYTES = 512;

/**
 * Names the customers of a bulk edit for the audit, as JSON: search, filters, groups of filters and the first ids, whole, as many as there is room for. They
 * are in the target, which an erasure can blank, because ids and filters may name people.
 */
export function bulkEditTarget(
  { search, filters = [], where, tz, week_start }: SelectionBody,
  ids: readonly string[],
): string {
  const query = fitting(filters, QUERY_BYTES, (some) => ({
    search,
    ...(filters.length > 0 && { filters: some }),
    where,
    tz,
    week_start,
  }));
  return fitting(ids.slice(0, MOST_IDS), TARGET_BYTES, (some) => ({
    ...(Buffer.byteLength(query) <= QUERY_BYTES && (JSON.parse(query) as object)),
    ids: some,
  }));
}

/** The JSON of an object with as many of the texts as fit. */
function fitting(texts: readonly string[], bytes: number, make: (some: readonly string[]) => object): string {
  let json = JSON.stringify(make([]));
  for (let count = 1; count <= texts.length; count++) {
    const longer = JSON.stringify(make(texts.slice(0, count)));
    if (Buffer.byteLength(longer) > bytes) break;
    json = longer;
  }
  return json;
}
