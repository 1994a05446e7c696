import type { ClientBase } from 'pg';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import { baselineOf, editEffect, startOfLog, startsLogAnew, type EditEffect } from '../../../domain/log/log-change.js';
import type { LogBaseline, LogBlock } from '../../../domain/log/log-entry.js';
import type { Differences } from '../../check/differences.js';
import { looseRows } from '../../log/block-row.js';
import { checkLog } from '../log/check-log.js';
import {
  BLOCK_COLUMNS,
  blockFields,
  deleteLogs,
  insertBaselines,
  insertEdits,
  insertFewBlocks,
  logStates,
  nextMoment,
  withoutLog,
} from '../log/log-rows.js';
import { copyRows, type CopyField } from './copy-rows.js';
import type { DerivedTable } from './derived-table.js';
import { storedOf } from './row.js';

/** Messages of at most this many customers are inserted by one statement; those of more are copied. */
const FEW = 32;

/** Appends messages and edits to the log of their customer; or, where no log is kept, ends the log of each customer that changes. */
export class LogTable implements DerivedTable {
  readonly name = 'log';
  /** Nothing else holds the entries. */
  readonly clear = undefined;
  readonly settled = undefined;
  /** Customers that were there before the change, or were deleted. */
  private known: string[] = [];
  private erased: string[] = [];
  private restored: CustomerChange[] = [];
  private blocks: [id: string, block: LogBlock][] = [];
  private edits: [id: string, edit: EditEffect][] = [];
  private fresh: readonly PartialCustomer[] = [];

  /** @param keepsLog false: what changes is not logged */
  constructor(private readonly keepsLog: boolean) {}

  record(change: CustomerChange): void {
    const { id, log, before, deletedBefore } = change;
    if (change.erases) {
      this.erased.push(id);
      return;
    }
    const edit = this.keepsLog ? editEffect(change, change.history?.at ?? Date.now()) : undefined;
    if (this.keepsLog && !edit && !log) return;
    if (edit?.kind === 'restored') this.restored.push(change);
    else if ((before ?? deletedBefore) !== undefined) this.known.push(id);
    if (log) this.blocks.push([id, log]);
    if (edit) this.edits.push([id, edit]);
  }

  recordFresh(customers: readonly PartialCustomer[]): void {
    if (this.keepsLog) this.fresh = customers;
  }

  async begin(client: ClientBase, hasLog: ReadonlyMap<string, boolean | undefined>): Promise<void> {
    const { restored } = this;
    // A log that is as it has to be needs no statement.
    const known = this.known.filter((id) => hasLog.get(id) !== this.keepsLog);
    [this.known, this.restored] = [[], []];
    if (!this.keepsLog) {
      await deleteLogs(client, known);
      return;
    }
    if (restored.length > 0) await this.beginRestored(client, restored);
    if (known.length === 0) return;
    const baselines: [id: string, baseline: LogBaseline][] = [];
    for (const row of await withoutLog(client, known)) {
      // Every moment is greater than 0.
      const start = startOfLog({ before: storedOf(row), deletedBefore: row.deleted_at ?? undefined }, 1);
      if (start) baselines.push([row.customer_id, start]);
    }
    await insertBaselines(client, baselines);
  }

  async flush(client: ClientBase): Promise<void> {
    const { erased, blocks, edits, fresh } = this;
    [this.erased, this.blocks, this.edits, this.fresh] = [[], [], [], []];
    await deleteLogs(client, erased);
    if (edits.length > 0) await insertEdits(client, edits);
    if (fresh.length === 0 && blocks.length <= FEW) {
      if (blocks.length > 0) await insertFewBlocks(client, blocks);
      return;
    }
    const moment = await nextMoment(client);
    await copyRows(client, `log_blocks (${BLOCK_COLUMNS})`, rowsOf(blocks, fresh, moment));
  }

  check(client: ClientBase, differences: Differences): Promise<void> {
    return checkLog(client, differences);
  }

  /** Lets the log of each customer start anew that does not hold what a change brings back. */
  private async beginRestored(client: ClientBase, restored: readonly CustomerChange[]): Promise<void> {
    const states = await logStates(
      client,
      restored.map(({ id }) => id),
    );
    const anew = restored.filter((change) => startsLogAnew(change, states.get(change.id) ?? NO_LOG));
    if (anew.length === 0) return;
    const ids = new Set(anew.map(({ id }) => id));
    this.edits = this.edits.filter(([id]) => !ids.has(id));
    await deleteLogs(client, [...ids]);
    const moment = await nextMoment(client);
    await insertBaselines(
      client,
      anew.flatMap(({ id, after, deletedAt }) => (after ? [[id, baselineOf(after, moment, deletedAt)] as const] : [])),
    );
  }
}

const NO_LOG = { exists: false, baseline: undefined };

function* rowsOf(
  blocks: readonly (readonly [id: string, block: LogBlock])[],
  fresh: readonly PartialCustomer[],
  moment: number,
): Generator<readonly CopyField[]> {
  for (const [id, block] of blocks) for (const row of looseRows(block, moment)) yield blockFields(id, row);
  for (const customer of fresh) {
    const { log } = customer.fresh();
    if (log) for (const row of looseRows(log, moment)) yield blockFields(customer.id, row);
  }
}
