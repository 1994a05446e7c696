import { MemoryDriver } from 'bentocache/drivers/memory';
import { LRUCache } from 'lru-cache';
import type { KeptEntry, KeptRead } from './kept-read.js';

/** About what an entry needs besides its texts: objects, map slots, list links. */
const ENTRY_BYTES = 300;
/** Besides the JSON there is the answer that is made of it. */
const TEXTS = 2;
/** So that no customer drives everything else out. */
const LARGEST_SHARE = 16;

/**
 * The tier of bentocache in the process, bounded by its bytes. It has entries as they are, and not as text, so that what is made of a read
 * once serves as long as that; and they can be had without a promise.
 */
export class NearTier extends MemoryDriver {
  constructor(bytes: number) {
    const reads = new LRUCache<string, KeptEntry>({
      maxSize: bytes,
      maxEntrySize: bytes / LARGEST_SHARE,
      sizeCalculation: ({ value }, key) => TEXTS * Buffer.byteLength(value.json) + key.length * 2 + ENTRY_BYTES,
    });
    // Safe: told not to serialize, bentocache hands on what it is given.
    super({ cacheInstance: reads as unknown as LRUCache<string, string> });
  }

  find(key: string): KeptRead | undefined {
    return (this.get(key) as unknown as KeptEntry | undefined)?.value;
  }

  /** Without a time to live: what is too old is refused by its date, and goes when there is no room. */
  keep(key: string, value: KeptRead): void {
    this.put(key, { value, createdAt: Date.now(), logicalExpiration: Infinity });
  }

  /** @param value an entry of bentocache; as text it comes from the other tier, and has no date yet */
  override set(key: string, value: unknown): boolean {
    if (typeof value !== 'string') this.put(key, value as KeptEntry);
    return true;
  }

  private put(key: string, entry: KeptEntry): void {
    super.set(key, entry as unknown as string);
  }
}
