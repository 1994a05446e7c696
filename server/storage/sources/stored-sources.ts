import type { AuditDraft } from '../../domain/access/audit.js';
import type { Identity } from '../../domain/message/message-identity.js';
import type {
  NewSource,
  RememberedId,
  Source,
  SourceChange,
  SourceCount,
  SourceReject,
} from '../../domain/sources/source.js';
import { SourceRepository } from '../../domain/sources/source-repository.js';
import type { AccessRunner, Work } from '../access/statement.js';
import { readCounts, readRejects, removeEndedRecords } from './call-records.js';
import * as remembered from './remembered-ids.js';
import * as sources from './sources.js';

/** The sources of live messages of any engine. The rules are in the files beside it. */
export class StoredSources extends SourceRepository {
  constructor(private readonly runner: AccessRunner) {
    super();
  }

  override sources(): Promise<readonly Source[]> {
    return this.runner.read(sources.readSources);
  }

  override source(id: number): Promise<Source> {
    return this.runner.read(() => sources.readSource(id));
  }

  override sourceByKey(keyHash: Uint8Array, now: number): Promise<Source | undefined> {
    return this.runner.read(() => sources.readSourceByKey(keyHash, now));
  }

  override createSource(source: NewSource, audit: AuditDraft): Promise<Source> {
    return this.runner.write(() => sources.createSource(source, audit));
  }

  override changeSource(id: number, change: SourceChange, audit: AuditDraft): Promise<Source> {
    return this.runner.write(() => sources.changeSource(id, change, audit));
  }

  override changeKey(id: number, keyHash: Uint8Array, oldKeyUntil: number, audit: AuditDraft): Promise<Source> {
    return this.runner.write(() => sources.changeKey(id, keyHash, oldKeyUntil, audit));
  }

  override removeSource(id: number, audit: AuditDraft): Promise<void> {
    return this.runner.write(() => sources.removeSource(id, audit));
  }

  override counts(since: number, source?: number): Promise<readonly SourceCount[]> {
    return this.runner.read(() => readCounts(since, source));
  }

  override rejects(source: number, limit: number, before?: number): Promise<readonly SourceReject[]> {
    return this.runner.read(() => readRejects(source, limit, before));
  }

  override rememberedId(hash: Identity, now: number): Promise<RememberedId | undefined> {
    return this.runner.read(() => remembered.readRememberedId(hash, now));
  }

  override rememberId(hash: Identity, id: RememberedId, until: number): Promise<void> {
    return this.runner.write(() => remembered.rememberId(hash, id, until));
  }

  override removeEnded(now: number): Promise<void> {
    return this.runner.write(function* (): Work<void> {
      yield* removeEndedRecords(now);
      yield* remembered.removeEndedIds(now);
    });
  }
}
