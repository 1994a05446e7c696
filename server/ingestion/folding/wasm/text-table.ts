import { firstBytes } from '../../wasm/bytes';
import { hashText } from '../../wasm/hash';
import { copyRoughly, take, takeZeros } from '../../wasm/memory';

/* The record of a text begins with these fields; its other fields begin at or behind TEXT_FIELDS. */
/** The place of the text. */
export const TEXT_START: usize = 0;
export const TEXT_BYTES: usize = 4;
const TEXT_HASH: usize = 8;
export const TEXT_FIELDS: usize = 12;

const FIRST_SLOTS: u32 = 1 << 12;

/** A hash table of texts, each once, with a record for each. Slots hold the index of a record and 1, or 0. */
export class TextTable {
  private slots: usize = 0;
  private mask: u32 = 0;
  private records: usize = 0;
  private room: u32 = 0;
  count: u32 = 0;

  /** @param recordBytes bytes of a record, a multiple of 16 */
  constructor(private readonly recordBytes: usize) {}

  /** Empties the table. Has to be called after the arena was reset. */
  reset(): void {
    this.count = 0;
    this.mask = FIRST_SLOTS - 1;
    this.slots = takeZeros(FIRST_SLOTS * 4);
    this.room = FIRST_SLOTS / 2;
    this.records = take(<usize>this.room * this.recordBytes);
  }

  record(index: u32): usize {
    return this.records + <usize>index * this.recordBytes;
  }

  /** Returns the index of a text. A new text is copied, and gets the last index and a record that is 0 from its 17th byte on. */
  intern(start: usize, end: usize): u32 {
    const hash = hashText(start, end);
    const length = <u32>(end - start);
    let slot = hash & this.mask;
    while (true) {
      const known = load<u32>(this.slots + <usize>slot * 4);
      if (known == 0) break;
      const record = this.record(known - 1);
      if (
        load<u32>(record, TEXT_HASH) == hash &&
        load<u32>(record, TEXT_BYTES) == length &&
        isSame(<usize>load<u32>(record, TEXT_START), start, end)
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
    store<u32>(record, <u32>bytes, TEXT_START);
    store<u32>(record, length, TEXT_BYTES);
    store<u32>(record, hash, TEXT_HASH);
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
      let slot = load<u32>(this.record(index), TEXT_HASH) & this.mask;
      while (load<u32>(this.slots + <usize>slot * 4) != 0) slot = (slot + 1) & this.mask;
      store<u32>(this.slots + <usize>slot * 4, index + 1);
    }
  }
}

function isSame(known: usize, start: usize, end: usize): bool {
  for (; start + 8 <= end; start += 8, known += 8) if (load<u64>(start) != load<u64>(known)) return false;
  return start >= end || firstBytes(load<u64>(start) ^ load<u64>(known), end - start) == 0;
}
