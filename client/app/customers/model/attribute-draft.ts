import { JsonValue, parseJson, writeJson } from '../../core/exact-json';
import { AttributeChanges, Attributes } from './customer';
import { KEPT, ValueType, readValue, textOf, typeOf } from './attribute-rules';

/** One attribute in a form. */
export interface DraftRow {
  readonly name: string;
  readonly type: ValueType;
  /** The text of the field; see `textOf`. */
  readonly value: string;
  readonly removed: boolean;
  /** True for an attribute that can be changed but not removed. It has a row even when the record lacks it. */
  readonly kept: boolean;
  /** The value of the loaded record as JSON; null when the record has no such attribute. */
  readonly original: string | null;
  /** The attribute that this one replaces under a new name; null for none. */
  readonly renamedFrom: string | null;
}

export type RowChange = 'none' | 'added' | 'changed' | 'removed';

export const emptyRow: DraftRow = {
  name: '',
  type: 'text',
  value: '',
  removed: false,
  kept: false,
  original: null,
  renamedFrom: null,
};

/** The rows of a record: first the attributes that every customer keeps, even when the record lacks them, then the others by name. */
export function draftOf(attributes: Attributes): DraftRow[] {
  const others = Object.keys(attributes)
    .filter((name) => !isKept(name))
    .sort(byCodePoint);
  return [...KEPT, ...others].map((name) => rowOf(name, attributes));
}

function isKept(name: string): boolean {
  return KEPT.some((kept) => kept === name);
}

/** The difference of a row from the record, by the characters of its JSON: 1 and 1.0 are two values. The row need not be valid. */
export function changeOf(row: DraftRow): RowChange {
  if (row.original === null) return row.type === 'empty' || (row.kept && row.value === '') ? 'none' : 'added';
  if (row.removed || row.type === 'empty') return 'removed';
  const original = parseJson(row.original);
  if (row.type === typeOf(original) && row.value === textOf(original)) return 'none';
  const read = readValue(row.type, row.value);
  return read.ok && writeJson(read.value) === row.original ? 'none' : 'changed';
}

/**
 * The body of the PATCH: the attributes that differ from the record, null for one to remove. Leaves out rows that can not be
 * read: the form refuses them before anything is sent.
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

/** An attribute that both users changed, to different values. */
export interface Conflict {
  readonly name: string;
  /** Values as JSON; null for a missing attribute. */
  readonly base: string | null;
  readonly theirs: string | null;
  readonly mine: DraftRow;
}

export interface Rebased {
  /** The rows of the newer record with the edits on top. A row in conflict holds the edit. */
  readonly rows: DraftRow[];
  readonly conflicts: readonly Conflict[];
}

/** Puts edits on a newer record, so that a save that came too late loses nothing. */
export function rebase(rows: readonly DraftRow[], fresh: Attributes): Rebased {
  const mine = new Map<string, DraftRow>();
  const unnamed: DraftRow[] = [];
  for (const row of rows.filter((row) => changeOf(row) !== 'none')) {
    if (row.name === '' || mine.has(row.name)) unnamed.push(row);
    else mine.set(row.name, row);
  }
  const conflicts: Conflict[] = [];
  const note = (own: DraftRow, theirs: string | null, merged: DraftRow): void => {
    if (own.original === theirs || changeOf(merged) === 'none') return;
    conflicts.push({ name: own.name, base: own.original, theirs, mine: merged });
  };
  const rebased = draftOf(fresh).map((theirs) => {
    const own = mine.get(theirs.name);
    if (!own) return theirs;
    mine.delete(theirs.name);
    const merged = { ...own, kept: theirs.kept, original: theirs.original };
    note(own, theirs.original, merged);
    return merged;
  });
  for (const own of mine.values()) {
    if (changeOf(own) === 'removed') continue;
    const merged = { ...own, original: null };
    note(own, null, merged);
    rebased.push(merged);
  }
  return { rows: [...rebased, ...unnamed], conflicts };
}

/** The row with the value of the other user; null when that user removed the attribute and it needs no row. */
export function theirRow({ name, theirs, mine }: Conflict): DraftRow | null {
  if (theirs === null) return mine.kept ? { ...emptyRow, name, kept: true } : null;
  const value = parseJson(theirs);
  return { ...emptyRow, name, type: typeOf(value), value: textOf(value), kept: mine.kept, original: theirs };
}

/** Names whose values differ between two versions. */
export function differingNames(before: Attributes, after: Attributes): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => jsonOf(before, name) !== jsonOf(after, name)).sort(byCodePoint);
}

function jsonOf(attributes: Attributes, name: string): string | null {
  return Object.hasOwn(attributes, name) ? writeJson(attributes[name]) : null;
}

function rowOf(name: string, attributes: Attributes): DraftRow {
  const kept = isKept(name);
  if (!Object.hasOwn(attributes, name)) return { ...emptyRow, name, kept };
  const value = attributes[name];
  return { ...emptyRow, name, type: typeOf(value), value: textOf(value), kept, original: writeJson(value) };
}

/** Orders by code point as the server does, not by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
