import { eachBit, hasBit, noBits, setBit, type Bits } from './bits.js';
import { DamagedIndex } from './damaged-index.js';
import { decodeCounts, encodeCounts, type Numbers } from './document-lists.js';

/** A longer text is not kept, in bytes of UTF-8. */
const MOST_TEXT_BYTES = 1_000;
/** The texts of an attribute in a block that are kept, in bytes. */
const MOST_BYTES = 16 * 2 ** 20;
const FIRST_BYTES = 1_024;
/** A needle of fewer bytes is in very many texts: to look for it byte by byte is faster then. */
const FEW_BYTES = 3;

const encoder = new TextEncoder();

/** The folded texts of an attribute in a block, in the order of their documents. */
export class TextList {
  private readonly documents: number[] = [];
  private readonly lengths: number[] = [];
  private bytes = new Uint8Array(FIRST_BYTES);
  private length = 0;

  /**
   * @param document greater than those before it
   * @returns false if there is no room for the text
   */
  add(document: number, text: string): boolean {
    // A UTF-16 unit takes 3 bytes of UTF-8 at most.
    if (text.length > MOST_TEXT_BYTES) return false;
    const most = this.length + text.length * 3;
    if (most > this.bytes.length) {
      const longer = new Uint8Array(Math.max(most, this.bytes.length * 2));
      longer.set(this.bytes.subarray(0, this.length));
      this.bytes = longer;
    }
    const { written } = encoder.encodeInto(text, this.bytes.subarray(this.length));
    if (written > MOST_TEXT_BYTES || this.length + written > MOST_BYTES) return false;
    this.length += written;
    this.documents.push(document);
    this.lengths.push(written);
    return true;
  }

  /**
   * The length of the documents with the length of each text (4 bytes), that list, and the texts.
   * @param size of the block
   * @param without documents whose texts are left out
   */
  encode(size: number, without = noBits(size)): Uint8Array {
    const documents: number[] = [];
    const lengths: number[] = [];
    const texts = new Uint8Array(this.length);
    let from = 0;
    let end = 0;
    for (const [i, document] of this.documents.entries()) {
      const to = from + this.lengths[i];
      if (!hasBit(without, document)) {
        documents.push(document);
        lengths.push(to - from);
        texts.set(this.bytes.subarray(from, to), end);
        end += to - from;
      }
      from = to;
    }
    const list = encodeCounts(documents, lengths, size);
    const stored = new Uint8Array(4 + list.length + end);
    new DataView(stored.buffer).setUint32(0, list.length, true);
    stored.set(list, 4);
    stored.set(texts.subarray(0, end), 4 + list.length);
    return stored;
  }
}

/**
 * Reads the texts that {@link TextList.encode} wrote.
 * @param size of the block
 * @returns the texts, one after another, the documents that have one, the length of each in bytes, and a visit of the range of each text
 *   within `bytes`
 * @throws DamagedIndex
 */
export function decodeTexts(
  stored: Uint8Array,
  size: number,
): {
  bytes: Uint8Array;
  bits: Bits;
  lengths: Numbers;
  each: (visit: (document: number, from: number, to: number) => void) => void;
} {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const end = stored.length < 4 ? Infinity : 4 + view.getUint32(0, true);
  if (end > stored.length) throw new DamagedIndex('a list with texts breaks off');
  const { bits, counts } = decodeCounts(stored.subarray(4, end), size);
  const lengths = counts();
  const bytes = stored.subarray(end);
  let total = 0;
  for (const length of lengths) total += length;
  if (total !== bytes.length) throw new DamagedIndex(`texts of ${total} bytes have ${bytes.length}`);
  return {
    bytes,
    bits,
    lengths,
    each: (visit) => {
      let at = 0;
      let i = 0;
      eachBit(bits, (document) => {
        visit(document, at, (at += lengths[i++]));
      });
    },
  };
}

/**
 * The documents whose text contains a needle, or begins with it.
 * @param needle folded, not empty
 * @throws DamagedIndex
 */
export function documentsWith(stored: Uint8Array, size: number, needle: string, isBegin: boolean): Bits {
  const found = noBits(size);
  const { bytes, bits, lengths, each } = decodeTexts(stored, size);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const sought = Buffer.from(needle);
  if (sought.length < FEW_BYTES) {
    const first = sought[0];
    const second = sought.at(1);
    each((document, from, to) => {
      for (let at = from, end = isBegin ? Math.min(from + 1, to) : to; at < end; at++) {
        if (bytes[at] !== first || (second !== undefined && (at + 1 === to || bytes[at + 1] !== second))) continue;
        setBit(found, document);
        return;
      }
    });
    return found;
  }
  let next = text.indexOf(sought);
  let from = 0;
  for (let word = 0, i = 0; word < bits.length && next >= 0; word++) {
    for (let left = bits[word]; left !== 0 && next >= 0; left &= left - 1) {
      const to = from + lengths[i++];
      while (next >= 0 && next < to) {
        const isInside = next + sought.length <= to;
        if (isInside && (!isBegin || next === from)) found[word] |= left & -left;
        next = text.indexOf(sought, isInside ? to : next + 1);
      }
      from = to;
    }
  }
  return found;
}
