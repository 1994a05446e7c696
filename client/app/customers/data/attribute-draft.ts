import { AttributeChanges, Attributes, JsonValue } from './customer';
import { KEPT, ValueType, readValue, textOf, typeOf } from './attribute-rules';

/** One attribute as it stands in a form. */
export interface DraftRow {
  readonly name: string;
  readonly type: ValueType;
  /** As typed; see `textOf`. */
  readonly value: string;
  readonly removed: boolean;
  /** One of the attributes that can change but not go; it has a row even when the record lacks it. */
  readonly kept: boolean;
  /** The value of the loaded record as JSON; null when the record has no such attribute. */
  readonly original: string | null;
}

export type RowChange = 'none' | 'added' | 'changed' | 'removed';

export const emptyRow: DraftRow = { name: '', type: 'text', value: '', removed: false, kept: false, original: null };

/** The kept attributes first, whether the record has them or not, then the others by name. */
export function draftOf(attributes: Attributes): DraftRow[] {
  const others = Object.keys(attributes)
    .filter((name) => !isKept(name))
    .sort(byCodePoint);
  return [...KEPT, ...others].map((name) => rowOf(name, attributes));
}

function isKept(name: string): boolean {
  return KEPT.some((kept) => kept === name);
}

/** How a row differs from the record; also for what is not valid yet. */
export function changeOf(row: DraftRow): RowChange {
  if (row.original === null) return row.kept && row.value === '' ? 'none' : 'added';
  if (row.removed) return 'removed';
  const original = parseOriginal(row.original);
  if (row.type === typeOf(original) && row.value === textOf(original)) return 'none';
  const read = readValue(row.type, row.value);
  return read.ok && JSON.stringify(read.value) === row.original ? 'none' : 'changed';
}

/**
 * The body of the PATCH: only what differs from the record, null for what is removed.
 * Rows that cannot be read are left out: the form says so before anything is sent.
 */
export function changesOf(rows: readonly DraftRow[]): AttributeChanges {
  const changes: [string, JsonValue][] = [];
  for (const row of rows) {
    const change = changeOf(row);
    if (change === 'none') continue;
    const read = readValue(row.type, row.value);
    if (change === 'removed') changes.push([row.name, null]);
    else if (read.ok) changes.push([row.name, read.value]);
  }
  return Object.fromEntries(changes);
}

export interface Rebased {
  readonly rows: DraftRow[];
  /** Names that were changed on both sides to different values; what was typed here is kept. */
  readonly conflicts: string[];
}

/** Puts what was typed on top of a fresher record, so that a lost race loses nothing. */
export function rebase(rows: readonly DraftRow[], fresh: Attributes): Rebased {
  const mine = rows.filter((row) => changeOf(row) !== 'none');
  const placed = new Set<DraftRow>();
  const conflicts: string[] = [];
  const rebased = draftOf(fresh).map((theirs) => {
    const own = mine.find((row) => row.name === theirs.name);
    if (!own) return theirs;
    placed.add(own);
    const merged = { ...own, kept: theirs.kept, original: theirs.original };
    if (own.original !== theirs.original && changeOf(merged) !== 'none') conflicts.push(own.name);
    return merged;
  });
  for (const own of mine) {
    if (placed.has(own) || own.removed) continue;
    if (own.original !== null) conflicts.push(own.name);
    rebased.push({ ...own, original: null });
  }
  return { rows: rebased, conflicts };
}

function rowOf(name: string, attributes: Attributes): DraftRow {
  const kept = isKept(name);
  if (!Object.hasOwn(attributes, name)) return { ...emptyRow, name, kept };
  const value = attributes[name];
  return { name, type: typeOf(value), value: textOf(value), removed: false, kept, original: JSON.stringify(value) };
}

function parseOriginal(original: string): JsonValue {
  return JSON.parse(original) as JsonValue; // written by JSON.stringify of a JsonValue
}

/** The order of the server: by code point, not by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
