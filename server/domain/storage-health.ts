/** Tells whether customers can be written. The class is the injection token. */
export abstract class StorageHealth {
  /** Says why nothing can be written, and what to do; undefined when it can. */
  abstract problem(): Promise<string | undefined>;
}
