import { erasure, type CustomerChange, type KnownCustomer } from '../../domain/customer/customer-change.js';
import { auditOf } from '../../domain/customer/decide-edit.js';
import type { EditNote } from '../../domain/customer/history.js';
import { labelEditsOf } from '../../domain/customer/label-edits.js';
import { CustomerMessages, LOWEST } from '../../domain/customer/packed-identities.js';
import { Statistics } from '../../domain/customer/statistics.js';
import { writeLabelEdits } from '../notes/label-edits.js';
import type { MemoryAccessRunner } from './access-runner.js';
import type { CustomerEntries } from './customer-entries.js';
import type { MemoryHistoryRepository } from './history.repository.js';
import type { MemoryLogRepository } from './log.repository.js';
import type { MemoryOverviewRepository } from './overview.repository.js';
import type { MemoryTrashRepository } from './trash.repository.js';

/** The tables that follow from changes of customers, and those that an edit writes. */
interface DerivedTables {
  readonly access: MemoryAccessRunner;
  readonly history: MemoryHistoryRepository;
  readonly log: MemoryLogRepository;
  readonly overview: MemoryOverviewRepository;
  readonly trash: MemoryTrashRepository;
}

/** Reads what a change is decided by, and writes changes with all that follows from them. */
export class CustomerWriter {
  constructor(
    private readonly entries: CustomerEntries,
    private readonly tables: DerivedTables,
  ) {}

  /** The identities of a customer among which `wanted` are looked for. */
  messagesOf(id: string, wanted: Uint8Array): CustomerMessages {
    const { identities } = this.entries.get(id);
    return new CustomerMessages([{ first: LOWEST, identities, wanted }]);
  }

  known(id: string): KnownCustomer {
    const { stored, deletedAt, suppressedAt } = this.entries.get(id);
    const isKnown = stored !== undefined || deletedAt !== undefined;
    return {
      id,
      stored,
      deletedAt,
      suppressedAt,
      erasedUntil: isKnown ? undefined : this.tables.access.erasedUntil(id),
    };
  }

  /** Writes customers, their order, their history and the numbers of the overview. */
  write(changes: readonly CustomerChange[]): void {
    const { history: histories, overview, trash, log } = this.tables;
    const statistics = new Statistics();
    const moment = log.nextMoment();
    for (const change of changes) {
      const { id, after, deletedAt, messages, history } = change;
      const entry = this.entries.get(id);
      let { identities } = entry;
      for (const run of messages?.changed() ?? []) identities = run.identities;
      const suppressedAt = change.suppressedAt === undefined ? entry.suppressedAt : (change.suppressedAt ?? undefined);
      this.entries.set(id, { stored: after, deletedAt, suppressedAt, identities });
      if (history) histories.append(id, history);
      log.record(change, moment);
      statistics.record(change);
      trash.record(change);
    }
    overview.add(statistics.take());
  }

  /** Writes edited customers, and the entry of the audit for the edit. */
  writeEdited(changes: readonly CustomerChange[], note: EditNote): void {
    const audit = auditOf(note, changes);
    if (audit) this.tables.access.append(audit);
    this.tables.access.follow(writeLabelEdits(labelEditsOf(note, changes, Date.now())));
    this.write(changes);
  }

  /** Removes a customer with all that is known of it, its history and its log. */
  erase(known: KnownCustomer): void {
    const { id } = known;
    this.write([erasure(known)]);
    this.entries.remove(id);
    this.tables.history.erase(id);
    this.tables.log.erase(id);
  }
}
