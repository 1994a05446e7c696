import type { DatedJson } from '../../domain/customer/customer-repository.js';

/**
 * Customers that were read lately, dated by the clock of this process. What is kept may be gone at any time, and nothing that it says is
 * trusted beyond its date.
 */
export interface KeptReads {
  /** Of this process; the same object for as long as it is kept. */
  near(id: string): DatedJson | undefined;
  /** Of what processes share. Undefined, and that soon, where that does not answer. */
  look(id: string): Promise<DatedJson | undefined>;
  /** Not waited for. @returns what is kept */
  keep(id: string, json: Uint8Array, at: number): DatedJson;
  /** Drops customers, here and in other processes. Not waited for. @param ids undefined: nobody knows which */
  drop(ids: readonly string[] | undefined): void;
  /** Calls back for what other processes drop. */
  onDropped(listener: (ids: readonly string[] | undefined) => void): void;
  close(): Promise<void>;
}
