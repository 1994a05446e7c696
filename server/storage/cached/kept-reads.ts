import type { DatedJson } from '../../domain/customer-repository.js';

/** Customers that were read lately. What is kept may be gone at any time, and nothing that it says is trusted beyond its date. */
export interface KeptReads {
  /** Of the nearest tier that has it, dated by the clock of this process. Undefined, and that soon, where none answers. */
  find(id: string): Promise<DatedJson | undefined>;
  /** Not waited for. */
  keep(id: string, read: DatedJson): void;
  /** Drops customers, here and in other processes. Not waited for. @param ids undefined: nobody knows which */
  drop(ids: readonly string[] | undefined): void;
  /** Calls back for what other processes drop. */
  onDropped(listener: (ids: readonly string[] | undefined) => void): void;
  close(): Promise<void>;
}
