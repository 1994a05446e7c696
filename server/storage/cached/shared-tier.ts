/** What a shared tier answers. Times are in milliseconds by the clock of the tier, which all processes share. */
export interface SharedLook {
  /** When it was asked, or later; what is read from the database after its answer is dated by it. */
  readonly time: number;
  readonly kept: { readonly json: Uint8Array; readonly date: number } | undefined;
}

/** Where several processes keep what they have read. It may be gone at any time, and nothing that it says is trusted beyond its date. */
export interface SharedTier {
  /** Undefined, and that soon, when it does not answer. */
  look(id: string): Promise<SharedLook | undefined>;
  /** Not waited for. @param date a time of {@link look} before the reading */
  keep(id: string, json: Uint8Array, date: number): void;
  /** Tells the other processes. Not waited for. @param ids undefined: nobody knows which */
  tellWritten(ids: readonly string[] | undefined): void;
  /** Calls back for what other processes tell. */
  onWritten(listener: (ids: readonly string[] | undefined) => void): void;
  close(): Promise<void>;
}
