import { dependsOnZone, isRelativeFilter, readFilter } from './customer-filter';
import { CustomerSelection } from './customer-query';

/**
 * The filters of a list, as texts: rows of which all have to hold, or at least one. A row of several filters is a group of the other kind:
 * `all` of rows of `any`, or `any` of rows of `all`.
 */
export interface Conditions {
  readonly match: 'all' | 'any';
  readonly rows: readonly (readonly string[])[];
}

export const NO_CONDITIONS: Conditions = { match: 'all', rows: [] };

type Written = Pick<CustomerSelection, 'filters' | 'where' | 'tz'>;

/** Reads the filters and groups of a list; null for groups of another shape, which the API takes as well. */
export function readConditions({ filters, where }: Written): Conditions | null {
  const single = filters.map((filter) => [filter]);
  if (!where) return { match: 'all', rows: single };
  const group = parsedWhere(where);
  const match = group && ('all' in group ? 'all' : 'any' in group ? 'any' : null);
  if (!group || !match || Object.keys(group).length !== 1) return null;
  const rows = membersOf(group, match)?.map((one) =>
    typeof one === 'string' ? [one] : textsOf(membersOf(one, match === 'all' ? 'any' : 'all')),
  );
  if (!rows?.every((row) => row !== null) || rows.length === 0) return null;
  if (match === 'any' && filters.length > 0) {
    // A group beside filters is one of their rows, if it has no groups itself.
    return rows.every(({ length }) => length === 1) ? { match: 'all', rows: [...single, rows.flat()] } : null;
  }
  return { match, rows: [...single, ...rows] };
}

/** Writes conditions. Filters that stand for themselves stay a plain list. */
export function writeConditions({ match, rows }: Conditions): { filters: readonly string[]; where: string } {
  const kept = rows.filter(({ length }) => length > 0);
  if (match === 'all' || kept.length === 1) {
    const groups = match === 'all' ? kept.filter(({ length }) => length > 1) : [];
    const filters = kept.filter((row) => !groups.includes(row)).flat();
    const where = groups.length === 0 ? '' : JSON.stringify({ all: groups.map((any) => ({ any })) });
    return { filters: [...new Set(filters)], where };
  }
  const any = kept.map((row) => (row.length === 1 ? row[0] : { all: row }));
  return { filters: [], where: kept.length === 0 ? '' : JSON.stringify({ any }) };
}

/** The group of `where`; null for none, and for a text that is no object. */
export function parsedWhere(where: string | undefined): object | null {
  if (!where) return null;
  try {
    const group: unknown = JSON.parse(where);
    return typeof group === 'object' && group !== null && !Array.isArray(group) ? group : null;
  } catch {
    return null;
  }
}

/** The time zone of the reader. */
export const READER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The time zone of the list, which is that of the reader unless a segment has its own, if a filter means other moments in another zone. */
export function zoneOf(written: Written): { tz?: string } {
  const depends = filtersOf(written).some((text) => matches(text, dependsOnZone));
  return depends ? { tz: written.tz ?? READER_ZONE } : {};
}

/** True for a list that selects others from day to day. */
export function isRelativeList(written: Written): boolean {
  return filtersOf(written).some((text) => matches(text, isRelativeFilter));
}

function matches(text: string, holds: (filter: NonNullable<ReturnType<typeof readFilter>>) => boolean): boolean {
  const filter = readFilter(text);
  return filter !== null && holds(filter);
}

/** All filters, also those in groups. */
function filtersOf({ filters, where }: Written): string[] {
  return [...filters, ...leavesOf(parsedWhere(where))];
}

function leavesOf(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node !== 'object' || node === null) return [];
  return Object.values(node).flatMap(leavesOf);
}

function membersOf(group: unknown, name: 'all' | 'any'): readonly unknown[] | null {
  if (typeof group !== 'object' || group === null || !(name in group) || Object.keys(group).length !== 1) return null;
  const members: unknown = Object.values(group)[0];
  return Array.isArray(members) ? members : null;
}

function textsOf(members: readonly unknown[] | null): readonly string[] | null {
  if (!members || members.length === 0) return null;
  return members.every((member) => typeof member === 'string') ? members : null;
}
