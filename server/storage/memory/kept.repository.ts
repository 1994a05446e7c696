import type { SourceOfCustomer } from '../../domain/customer/erasure.js';
import type { HistoryEntry } from '../../domain/customer/history.js';
import { KeptRepository, type KeptRecord, type RejectedLine } from '../../domain/customer/kept.js';
import type { LabelEdit } from '../../domain/customer/label-edits.js';
import type { Note } from '../../domain/customer/notes.js';
import { readLabelEditsOf } from '../notes/label-edits.js';
import { readAllNotes } from '../notes/notes.js';
import type { SourceReject } from '../../domain/sources/source.js';
import { namedSources } from '../erased/named-sources.js';
import { readRejectsOf } from '../sources/call-records.js';
import type { MemoryAccessRunner } from './access-runner.js';
import type { MemoryCustomerRepository } from './customer.repository.js';
import type { MemoryHistoryRepository } from './history.repository.js';
import type { MemoryIngestionRepository } from './ingestion.repository.js';

/** All that is kept of a customer in the memory of this process. */
export class MemoryKeptRepository extends KeptRepository {
  constructor(
    private readonly customers: MemoryCustomerRepository,
    private readonly entries: MemoryHistoryRepository,
    private readonly ingestions: MemoryIngestionRepository,
    private readonly access: MemoryAccessRunner,
  ) {
    super();
  }

  override async record(id: string): Promise<KeptRecord> {
    return this.customers.kept(id);
  }

  override async *identities(id: string): AsyncGenerator<Uint8Array> {
    yield this.customers.kept(id).identities;
  }

  override async *history(id: string): AsyncGenerator<readonly HistoryEntry[]> {
    yield this.entries.all(id);
  }

  override async *rejectedLines(id: string): AsyncGenerator<readonly RejectedLine[]> {
    yield this.ingestions.rejectedLines(id);
  }

  override async *rejectedCalls(id: string): AsyncGenerator<readonly SourceReject[]> {
    yield await this.access.read(() => readRejectsOf(id, 0, Number.MAX_SAFE_INTEGER));
  }

  override async *notes(id: string): AsyncGenerator<readonly Note[]> {
    yield await this.access.read(() => readAllNotes(id, 0, Number.MAX_SAFE_INTEGER));
  }

  override async *labelEdits(id: string): AsyncGenerator<readonly LabelEdit[]> {
    yield await this.access.read(() => readLabelEditsOf(id, [0, ''], Number.MAX_SAFE_INTEGER));
  }

  override async sources(
    id: string,
    ingestions: readonly number[],
    sources: readonly number[],
  ): Promise<readonly SourceOfCustomer[]> {
    const named = await this.access.read(() => namedSources({}, [], sources));
    return [...this.ingestions.named(id, ingestions), ...named];
  }
}
