import type { AuditDraft } from '../access/audit.js';
import type { Identity } from '../message/message-identity.js';
import type { NewSource, RememberedId, Source, SourceChange, SourceCount, SourceReject } from './source.js';

/**
 * The sources of live messages, what became of their calls, and the ids that were made for calls whose answer may be lost. This class is the
 * contract of every engine and the token for Nest. Each change of a source is one transaction with its entry in the audit. Keys come as
 * hashes only. Counts and rejects are written by `CustomerRepository.accept`, in the transaction of the messages.
 */
export abstract class SourceRepository {
  /** All sources in the order of their numbers, the default one first. */
  abstract sources(): Promise<readonly Source[]>;

  /** @throws DomainError `source_not_found` */
  abstract source(id: number): Promise<Source>;

  /** The source with this key, on or off. The key before counts until its end. @param now ms since the Unix epoch */
  abstract sourceByKey(keyHash: Uint8Array, now: number): Promise<Source | undefined>;

  /** @throws DomainError `source_name_taken` */
  abstract createSource(source: NewSource, audit: AuditDraft): Promise<Source>;

  /** @throws DomainError `source_not_found`, `source_name_taken` */
  abstract changeSource(id: number, change: SourceChange, audit: AuditDraft): Promise<Source>;

  /**
   * Sets a new key. The present one works until `oldKeyUntil`, an earlier one no more.
   * @throws DomainError `source_not_found`; `default_source` for the default source, which has no key
   */
  abstract changeKey(id: number, keyHash: Uint8Array, oldKeyUntil: number, audit: AuditDraft): Promise<Source>;

  /** Removes a source with its counts and rejects. @throws DomainError `source_not_found`; `default_source` for the default source */
  abstract removeSource(id: number, audit: AuditDraft): Promise<void>;

  /** The counts of the hours that begin at `since` or later, in milliseconds; of one source, or of all. In the order of source, hour, outcome. */
  abstract counts(since: number, source?: number): Promise<readonly SourceCount[]>;

  /** The rejects of a source, the newest first. @param before only those with a smaller id */
  abstract rejects(source: number, limit: number, before?: number): Promise<readonly SourceReject[]>;

  /** The id that was remembered for a request, and is not older than ten minutes. @param hash see `retryHash` */
  abstract rememberedId(hash: Identity, now: number): Promise<RememberedId | undefined>;

  /** Remembers an id until `until`. The first one of a hash counts. */
  abstract rememberId(hash: Identity, remembered: RememberedId, until: number): Promise<void>;

  /** Removes what has ended: remembered ids, rejects beyond the latest 10 000 of a source or older than 30 days, counts older than 400 days. */
  abstract removeEnded(now: number): Promise<void>;
}
