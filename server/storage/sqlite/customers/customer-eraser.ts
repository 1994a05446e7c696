import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { erasure, type KnownCustomer } from '../../../domain/customer/customer-change.js';
import { erasedUntil, erasureOf, type ErasureNote, type SourceOfCustomer } from '../../../domain/customer/erasure.js';
import { customerNotFound } from '../../../domain/errors.js';
import { appendAudit } from '../../access/audit.js';
import { SqliteWork } from '../../access/sqlite-work.js';
import { blankAudit, eraseCalls, eraseLines, writeErased } from '../../erased/erased.js';
import { namedSources } from '../../erased/named-sources.js';
import { eraseLabelEdits } from '../../notes/label-edits.js';
import { eraseNotes } from '../../notes/notes.js';
import { readTrashed, removeTrash } from '../../trash/trash.js';
import { prepareRows, type Query } from '../database/statements.js';
import type { CustomerWriter } from './customer-writer.js';

/** The tables with rows of a customer, by its key, that no derived table empties. */
const TABLES = ['customers', 'applied_messages', 'deletions', 'suppressed', 'text_keys'];
/** The table begins with the ingestion, and one that is done has no rows. */
const TOUCHED = "ingestion IN (SELECT id FROM ingestions WHERE state <> 'done') AND key = ?";

/** Takes customers away for ever, within a transaction of their writer. */
export class CustomerEraser {
  private readonly work: SqliteWork;
  private readonly ingestionsOf: Query<[number]>;
  private readonly forgetTouched: Query<never>;
  private readonly removals: readonly Query<[number]>[];

  constructor(
    db: DatabaseSync,
    private readonly customers: CustomerWriter,
  ) {
    this.work = new SqliteWork(db);
    this.ingestionsOf = prepareRows(db, `SELECT ingestion FROM ingestion_customers WHERE ${TOUCHED}`);
    this.forgetTouched = prepareRows(
      db,
      `UPDATE ingestions SET counts = json_set(counts, '$.customers', json_extract(counts, '$.customers') - 1)
       WHERE id IN (SELECT ingestion FROM ingestion_customers WHERE ${TOUCHED})`,
    );
    const removals = TABLES.map((table) => `DELETE FROM ${table} WHERE key = ? RETURNING 1`);
    removals.push(`DELETE FROM ingestion_customers WHERE ${TOUCHED} RETURNING 1`);
    this.removals = removals.map((text) => prepareRows(db, text));
  }

  /** @throws DomainError `customer_not_found` when nothing is kept of the customer */
  async erase(id: string, note: ErasureNote): Promise<readonly SourceOfCustomer[] | undefined> {
    const { work } = this;
    const known = this.customers.known.read(id);
    const trashed = work.run(readTrashed(id));
    switch (erasureOf(known, trashed, note)) {
      case 'nothing':
        return undefined;
      case 'entry':
        work.run(removeTrash([id]));
        return undefined;
      case 'all': {
        const until = erasedUntil(Date.now(), known, trashed, note);
        const key = this.customers.known.knownKeyOf(id);
        const ingestions = key === undefined ? [] : this.ingestionsOf.all(key).map(([ingestion]) => ingestion);
        const removed = key === undefined ? 0 : this.removeRows(key, known);
        const lines = await work.runInTurns(eraseLines(id));
        const calls = work.run(eraseCalls(id));
        const notes = work.run(eraseNotes(id)) + work.run(eraseLabelEdits(id));
        const entries = work.run(blankAudit(id));
        if (!trashed && removed + lines.length + calls.length + notes + entries === 0) throw customerNotFound(id);
        work.run(writeErased(id, until));
        work.run(appendAudit(note.audit, Date.now()));
        work.run(blankAudit(id));
        return work.run(namedSources(note, [...ingestions, ...lines], calls));
      }
    }
  }

  /** @returns the number of rows that tell of it */
  private removeRows(key: number, known: KnownCustomer): number {
    this.forgetTouched.all(key);
    this.customers.eraseDerived(key, erasure(known));
    return this.removals.reduce((sum, remove) => sum + remove.all(key).length, 0);
  }
}
