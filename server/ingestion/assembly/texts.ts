import { hashText } from './hash';
import { copyRoughly, take, takeZeros } from './memory';

/* Tables of texts, each text once. A record begins with where its bytes are, how many, and its hash. */

const FIRST_SLOTS: u32 = 1 << 12;

/** Bytes of a record are a multiple of 16. A table lies in memory: slots, their mask, how many texts, bytes of a record, the records, and room for how many. */
export class TextTable {
  private slots: usize = 0;
  private mask: u32 = 0;
  private records: usize = 0;
  private room: u32 = 0;
  count: u32 = 0;

  constructor(private readonly recordBytes: usize) {}

  /** To be called whenever the arena was forgotten. */
  reset(): void {
    this.count = 0;
    this.mask = FIRST_SLOTS - 1;
    this.slots = takeZeros(FIRST_SLOTS * 4);
    this.room = FIRST_SLOTS / 2;
    this.records = take(<usize>this.room * this.recordBytes);
  }

  // @ts-ignore: a decorator of the compiler
  @inline
  record(index: u32): usize {
    return this.records + <usize>index * this.recordBytes;
  }

  /** The index of the text of these bytes. A new one is `count - 1` afterwards; all but its first 16 bytes are 0. */
  intern(start: usize, end: usize): u32 {
    const hash = hashText(start, end);
    const length = <u32>(end - start);
    let slot = hash & this.mask;
    while (true) {
      const known = load<u32>(this.slots + <usize>slot * 4);
      if (known == 0) break;
      const record = this.record(known - 1);
      if (
        load<u32>(record, 8) == hash &&
        load<u32>(record, 4) == length &&
        isSame(<usize>load<u32>(record), start, end)
      ) {
        return known - 1;
      }
      slot = (slot + 1) & this.mask;
    }
    return this.add(start, length, hash, slot);
  }

  private add(start: usize, length: u32, hash: u32, slot: u32): u32 {
    if (this.count == this.room) {
      this.grow();
      slot = hash & this.mask;
      while (load<u32>(this.slots + <usize>slot * 4) != 0) slot = (slot + 1) & this.mask;
    }
    const index = this.count++;
    const bytes = take(<usize>length + 16);
    copyRoughly(bytes, start, length);
    const record = this.record(index);
    for (let at: usize = 16; at < this.recordBytes; at += 16) v128.store(record + at, i64x2.splat(0));
    store<u32>(record, <u32>bytes);
    store<u32>(record, length, 4);
    store<u32>(record, hash, 8);
    store<u32>(this.slots + <usize>slot * 4, index + 1);
    return index;
  }

  private grow(): void {
    const records = take(<usize>this.room * 2 * this.recordBytes);
    memory.copy(records, this.records, <usize>this.room * this.recordBytes);
    this.records = records;
    this.room *= 2;
    const slots = this.room * 2;
    this.mask = slots - 1;
    this.slots = takeZeros(<usize>slots * 4);
    for (let index: u32 = 0; index < this.count; index++) {
      let slot = load<u32>(this.record(index), 8) & this.mask;
      while (load<u32>(this.slots + <usize>slot * 4) != 0) slot = (slot + 1) & this.mask;
      store<u32>(this.slots + <usize>slot * 4, index + 1);
    }
  }
}

function isSame(known: usize, start: usize, end: usize): bool {
  for (; start + 8 <= end; start += 8, known += 8) if (load<u64>(start) != load<u64>(known)) return false;
  return start >= end || firstBytes(load<u64>(start) ^ load<u64>(known), end - start) == 0;
}

/** The first bytes of a word, fewer than 8; the others are 0. */
// @ts-ignore: a decorator of the compiler
@inline
export function firstBytes(word: u64, bytes: usize): u64 {
  return word & ((<u64>1 << (<u64>bytes * 8)) - 1);
}

/** Eight bytes of a text from `at` on as a number that sorts as they do; those behind its end are 0. */
// @ts-ignore: a decorator of the compiler
@inline
export function wordOf(at: usize, end: usize): u64 {
  const word = load<u64>(at);
  return bswap<u64>(at + 8 <= end ? word : firstBytes(word, end - at));
}
