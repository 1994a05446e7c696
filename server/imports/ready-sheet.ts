import type { ImportFacts } from '../domain/import/row-plan.js';
import { createRowPlanner } from '../domain/import/row-planner.js';
import { openSheet } from '../spreadsheets/open-sheet.js';
import type { ReadySheet } from './dry-run.js';
import type { KeptSheet } from './kept-sheet.js';

/** Opens a sheet with the meaning of its rows. */
export async function openReady(
  stream: AsyncIterable<Uint8Array>,
  { format, mapping }: Pick<KeptSheet, 'format' | 'mapping'>,
  facts: ImportFacts,
): Promise<ReadySheet> {
  const sheet = await openSheet(stream, format);
  return { sheet, mapping, planner: createRowPlanner(sheet.columns, mapping, facts) };
}

/** Tells whether a row of a sheet may be of a customer. */
export async function namesCustomer(
  stream: AsyncIterable<Uint8Array>,
  kept: Pick<KeptSheet, 'format' | 'mapping'>,
  id: string,
): Promise<boolean> {
  // A customer that is gone has no email by which its rows could be told.
  if (!kept.mapping.columns.some(({ use }) => use === 'id')) return true;
  const { sheet, planner } = await openReady(stream, kept, { importId: '0', time: Date.now() });
  for await (const rows of sheet.rows) {
    for (const row of rows) {
      const customer = planner.customerOf(row);
      if (customer.kind === 'id' && customer.id === id) return true;
    }
  }
  return false;
}
