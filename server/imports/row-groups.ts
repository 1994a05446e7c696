import type { RejectedRow, RowPlanner } from '../domain/import/row-plan.js';
import type { OpenSheet, SheetRow } from '../domain/import/sheet.js';
import type { SheetMapping } from '../domain/import/sheet-mapping.js';

/** A row with the id of its customer, or with the reason for which it has none. */
export type RowEntry = { readonly row: SheetRow } & (
  { readonly customer: string } | { readonly customer: undefined; readonly rejected: RejectedRow }
);

/** Rows that follow one another, and are applied in one transaction. */
export interface RowGroup {
  readonly entries: readonly RowEntry[];
  /** The number of the last row that was read. */
  readonly last: number;
  /** Bytes of the sheet that were read. */
  readonly bytes: number;
}

/** Finds the customers with an email, exactly: two are enough. */
export type FindByEmail = (emails: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;

/** Rows of a group: they are applied within some ms. */
const GROUP_ROWS = 100;

/**
 * Reads the rows of a sheet in groups. A customer is in a group only once if the identities of its messages follow from the messages. An email
 * is looked up when the rows before its own are applied, if they may change who has it.
 * @param after the number of the last row that is left out
 */
export async function* rowGroups(
  sheet: OpenSheet,
  planner: RowPlanner,
  mapping: SheetMapping,
  find: FindByEmail,
  after: number,
): AsyncGenerator<RowGroup> {
  const most = changesEmails(mapping) ? 1 : GROUP_ROWS;
  for await (const batch of sheet.rows) {
    let rows = batch.filter(({ number }) => number > after);
    while (rows.length > 0) {
      const entries = await entriesOf(rows.slice(0, most), planner, find);
      const taken = planner.hasTimes ? untilRepeated(entries) : entries;
      rows = rows.slice(taken.length);
      yield { entries: taken, last: taken[taken.length - 1].row.number, bytes: sheet.bytesRead };
    }
  }
}

/** True if a row may change which customer a later row names. */
function changesEmails({ columns }: SheetMapping): boolean {
  return (
    columns.some(({ use }) => use === 'email') &&
    columns.some((one) => one.use === 'attribute' && one.attribute === 'email')
  );
}

async function entriesOf(
  rows: readonly SheetRow[],
  planner: RowPlanner,
  find: FindByEmail,
): Promise<readonly RowEntry[]> {
  const named = rows.map((row) => ({ row, customer: planner.customerOf(row) }));
  const emails = named.flatMap(({ customer }) => (customer.kind === 'email' ? customer.email : []));
  const found = emails.length === 0 ? undefined : await find([...new Set(emails)]);
  return named.map(({ row, customer }): RowEntry => {
    const { kind } = customer;
    const settled =
      kind === 'email' ? planner.customerWithEmail(row, customer.email, found?.get(customer.email) ?? []) : customer;
    switch (settled.kind) {
      case 'id':
        return { row, customer: settled.id };
      case 'rejected':
        return { row, customer: undefined, rejected: settled };
      case 'email':
        throw new Error('A customer was looked up by its email, and is still not known.');
      default:
        return settled satisfies never;
    }
  });
}

function untilRepeated(entries: readonly RowEntry[]): readonly RowEntry[] {
  const seen = new Set<string>();
  const end = entries.findIndex(({ customer }) => {
    if (customer === undefined) return false;
    if (seen.has(customer)) return true;
    seen.add(customer);
    return false;
  });
  return end < 0 ? entries : entries.slice(0, end);
}
