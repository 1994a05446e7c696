import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config.js';
import { incompleteMember } from '../customers/log-completeness.js';
import { readSelection, type SelectionBut } from '../customers/read-selection.js';
import type { Actor } from '../domain/actor.js';
import { bulkEdit, type BulkAction } from '../domain/customer/bulk-edit.js';
import { decideEdit } from '../domain/customer/decide-edit.js';
import { StoredCustomers, type CustomerSnapshot } from '../domain/customer/stored-customers.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { checkPermission } from '../http/route-permission.js';
import { Turns } from '../http/turns.js';
import type { BulkEditBody } from './bulk-edit.dto.js';
import { batchesOf } from './bulk-lines.js';
import { BulkTally } from './bulk-tally.js';
import { readAction } from './read-action.js';
import { countSelected, selectedIds } from './selected.js';

/** The customers that are looked at. */
const MOST_EXAMINED = 10_000;

/** Tells what a bulk edit would do, by deciding the edit of each customer without writing it. */
@Injectable()
export class PreviewService {
  private readonly turns = new Turns();
  /** One at a time: each reads from a snapshot of its own. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly stored: StoredCustomers,
    private readonly search: CustomerSearch,
    @Inject(CONFIG) private readonly config: Pick<Config, 'displayName'>,
  ) {}

  /**
   * The body of the answer.
   * @param signal ends it
   * @throws DomainError `invalid_request`, `forbidden`; the reason of the signal when it is aborted
   */
  async preview(body: BulkEditBody, actor: Actor, signal: AbortSignal): Promise<string> {
    const action = readAction(body.action);
    checkPermission(actor, [action.does === 'delete' ? 'delete' : 'write']);
    const selection = readSelection(body.selection);
    const count = await countSelected(this.search, selection);
    const examined = this.last.then(() => this.examine(action, selection, actor, signal));
    this.last = examined.catch(() => undefined);
    const incomplete = Object.entries(await incompleteMember(this.search, selection)).map(
      ([name, since]) => `,"${name}":${JSON.stringify(since)}`,
    );
    const minimum = count.totalIsMinimum ? ',"total_is_minimum":true' : '';
    return `{"total":${count.total}${minimum}${incomplete.join('')},${(await examined).json()}}`;
  }

  private examine(action: BulkAction, selection: SelectionBut, actor: Actor, signal: AbortSignal): Promise<BulkTally> {
    return this.stored.snapshot(async (snapshot) => {
      const tally = new BulkTally(action, this.config.displayName);
      for await (const batch of batchesOf(selectedIds(selection, (one) => snapshot.select(one, signal)))) {
        await this.turns.next();
        signal.throwIfAborted();
        await this.take(batch.slice(0, MOST_EXAMINED - tally.examined), snapshot, action, actor, tally);
        if (tally.examined === MOST_EXAMINED) break;
      }
      return tally;
    });
  }

  private async take(
    ids: readonly string[],
    snapshot: CustomerSnapshot,
    action: BulkAction,
    actor: Actor,
    tally: BulkTally,
  ): Promise<void> {
    const edit = bulkEdit(action, Date.now());
    const found = new Map((await snapshot.among(ids)).map((stored) => [stored.id, stored]));
    for (const id of ids) {
      const stored = found.get(id);
      const known = { id, stored, deletedAt: undefined, suppressedAt: undefined };
      tally.take(id, stored, decideEdit(known, edit, { actor, action: 'updated' }));
    }
  }
}
