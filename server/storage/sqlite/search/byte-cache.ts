/** Keeps the most recently used byte arrays, up to a total size. They must not change. */
export class ByteCache<T extends { readonly byteLength: number }> {
  private readonly entries = new Map<string, T>();
  private bytes = 0;

  /** @param most total size of the entries, in bytes; a single larger entry is kept as well */
  constructor(private readonly most: number) {}

  get(key: string, make: () => T): T {
    let entry = this.entries.get(key);
    // The last entry of the map is the most recently used.
    if (entry) this.entries.delete(key);
    else this.bytes += (entry = make()).byteLength;
    this.entries.set(key, entry);
    for (const [oldest, { byteLength }] of this.entries) {
      if (this.bytes <= this.most || oldest === key) break;
      this.entries.delete(oldest);
      this.bytes -= byteLength;
    }
    return entry;
  }

  known(key: string): T | undefined {
    return this.entries.get(key);
  }

  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }
}
