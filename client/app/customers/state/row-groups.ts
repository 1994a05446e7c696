import { changeOf } from '../model/attribute-draft';
import { AttributeGroup, beginningOf, groupsOf } from '../model/attribute-groups';
import { RowForm } from './attribute-form';

const LABEL: Readonly<Record<AttributeGroup['kind'], string>> = {
  pinned: $localize`Pinned attributes`,
  identity: $localize`Identity`,
  prefix: '',
  others: $localize`Other attributes`,
};

/** Rows that are shown together. */
export interface RowGroup {
  readonly key: string;
  /** Empty for a group without a visible heading. */
  readonly heading: string;
  readonly label: string;
  /** The rows of the record in the group, also those that are left out. */
  readonly count: number;
  readonly rows: readonly RowForm[];
}

/**
 * Sorts rows into the groups of the customer page. A row that renames is below the one that it renames; the last group has the new rows.
 *
 * @param shown the rows of the record
 * @param added the new rows
 * @param pinned names in the order in which they are shown
 * @param most rows of the record, about; null for all. `kept` are never left out
 */
export function rowGroups(
  shown: readonly RowForm[],
  added: readonly RowForm[],
  pinned: readonly string[],
  most: number | null,
  kept: readonly RowForm[],
): readonly RowGroup[] {
  const byName = new Map(shown.map((row) => [nameOf(row), row]));
  const all = groupsOf([...byName.keys()], pinned);
  const cut = most === null ? all : beginningOf(all, most, new Set(kept.map(nameOf)));
  const rowsOf = (name: string): RowForm[] => {
    const row = byName.get(name);
    return [...(row ? [row] : []), ...added.filter(({ controls }) => controls.renamedFrom.value === name)];
  };
  const groups = cut.map(({ kind, prefix, names }) => ({
    key: prefix || kind,
    heading: prefix,
    label: prefix || LABEL[kind],
    count: all.find((group) => group.kind === kind && group.prefix === prefix)?.names.length ?? 0,
    rows: names.flatMap(rowsOf),
  }));
  const placed = new Set(groups.flatMap(({ rows }) => rows));
  const rows = added.filter((row) => !placed.has(row));
  return rows.length > 0
    ? [...groups, { key: 'new', heading: '', label: $localize`New attributes`, count: rows.length, rows }]
    : groups;
}

/** True for a row of the record, and for one that every record has. */
export function isOfRecord({ controls }: RowForm): boolean {
  return controls.original.value !== null || controls.kept.value;
}

/** Tells whether a row has something to save or to mend. */
export function needsAttention(row: RowForm): boolean {
  return row.invalid || changeOf(row.getRawValue()) !== 'none';
}

export function nameOf({ controls }: RowForm): string {
  return controls.name.value;
}
