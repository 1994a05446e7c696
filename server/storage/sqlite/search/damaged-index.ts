/** Thrown when stored bytes of the index cannot be what was written. */
export class DamagedIndex extends Error {
  constructor(what: string) {
    super(`The search index is damaged: ${what}.`);
  }
}
