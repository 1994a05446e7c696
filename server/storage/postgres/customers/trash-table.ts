import type { ClientBase } from 'pg';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import { trashedBy, type TrashedCustomer } from '../../../domain/customer/trash.js';
import type { Differences } from '../../check/differences.js';
import { addTrash, removeTrash, restoreTrash } from '../../trash/trash.js';
import { runWithin } from '../access-runner.js';
import { rowsOf } from '../database/cursor.js';
import type { DerivedTable } from './derived-table.js';

/** Customers in the trash whose last deletion is another one. */
const MISPLACED = `SELECT t.id, t.deleted_at AS kept, c.deleted_at AS last FROM trash AS t
  LEFT JOIN customers AS c ON c.customer_id = t.id WHERE c.deleted_at IS DISTINCT FROM t.deleted_at`;

/** Keeps deleted customers, until they are restored. */
export class TrashTable implements DerivedTable {
  readonly name = 'trash';
  /** Nothing else holds the deleted customers. */
  readonly clear = undefined;
  readonly settled = undefined;
  private added: TrashedCustomer[] = [];
  private restored: string[] = [];
  private removed: string[] = [];

  record(change: CustomerChange): void {
    const trashed = trashedBy(change, Date.now());
    if (!trashed) return;
    if ('add' in trashed) this.added.push(trashed.add);
    else if ('restore' in trashed) this.restored.push(trashed.restore);
    else this.removed.push(trashed.remove);
  }

  recordFresh(): void {
    // Messages delete nobody.
  }

  async flush(client: ClientBase): Promise<void> {
    const { added, restored, removed } = this;
    if (added.length + restored.length + removed.length === 0) return;
    [this.added, this.restored, this.removed] = [[], [], []];
    await runWithin(client, addTrash(added));
    await runWithin(client, restoreTrash(restored));
    await runWithin(client, removeTrash(removed));
  }

  async check(client: ClientBase, differences: Differences): Promise<void> {
    interface Row {
      readonly id: string;
      readonly kept: number;
      readonly last: number | null;
    }
    for await (const { id, kept, last } of rowsOf<Row>(client, MISPLACED)) {
      differences.add(id, last === null ? 'no deletion' : `deleted at ${last}`, `deleted at ${kept}`);
    }
  }
}
