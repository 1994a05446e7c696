import type { AuditDraft } from '../access/audit.js';
import type { Confirmation, ImportChange, ImportState, NewImport, StoredImport } from './stored-import.js';

/** Imports of spreadsheets, and the mappings that were used. This class is the contract of every engine and the token for Nest. */
export abstract class ImportRepository {
  abstract create(upload: NewImport): Promise<StoredImport>;

  abstract find(id: number): Promise<StoredImport | undefined>;

  /** Newest first, without `sheet` and `dryRun`, which may be long. */
  abstract list(limit: number): Promise<readonly StoredImport[]>;

  /** Every import in one of the states, the oldest first. */
  abstract inStates(states: readonly ImportState[]): Promise<readonly StoredImport[]>;

  /** Changes an import if it is in one of the states. @returns undefined if it is not, or is gone */
  abstract change(id: number, from: readonly ImportState[], change: ImportChange): Promise<StoredImport | undefined>;

  /**
   * Confirms an import that is `checked` or `interrupted`, with the entry of the audit, in one transaction. The state becomes `running`. The
   * time of the first confirmation stays.
   * @returns undefined if it is in another state
   */
  abstract confirm(id: number, confirmation: Confirmation, audit: AuditDraft): Promise<StoredImport | undefined>;

  /** @returns false if it is in none of the states, or is gone */
  abstract remove(id: number, from: readonly ImportState[]): Promise<boolean>;

  /** The mapping that was used last for columns. @param hash SHA-256 of their names @returns JSON */
  abstract mapping(hash: Uint8Array): Promise<string | undefined>;

  /** @param mapping JSON @param now ms since the Unix epoch */
  abstract rememberMapping(hash: Uint8Array, mapping: string, now: number): Promise<void>;
}
