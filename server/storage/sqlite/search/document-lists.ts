import { countBits, noBits, setBit, type Bits } from './bits.js';
import { DamagedIndex } from './damaged-index.js';

/** Numbers as they are stored: all in the same width. */
export type Numbers = Uint8Array | Uint32Array | Float64Array;

/** Bytes of the largest distance that is stored: a block has fewer than 2 ** 21 documents. */
const DISTANCE_BYTES = 3;

/**
 * Encodes a list of documents: the distance of each from its predecessor, less 1, in groups of 7 bits, the lowest group first and
 * bit 7 set on all but the last. When that would take at least as many bytes as the {@link Bits} of the block, these are stored.
 * @param documents ascending; those from index `from` up to `to`, which is not included, are encoded
 * @param size number of documents in the block
 */
export function encodeDocuments(documents: ArrayLike<number>, from: number, to: number, size: number): Uint8Array {
  const most = bytesOfBits(size);
  const list = new Uint8Array(Math.min(most, (to - from) * DISTANCE_BYTES));
  let length = 0;
  let last = -1;
  for (let i = from; i < to; i++) {
    let distance = documents[i] - last - 1;
    last = documents[i];
    for (; distance >= 128 && length < most; distance >>>= 7) list[length++] = (distance & 127) | 128;
    if (length >= most) break;
    list[length++] = distance;
  }
  // The length tells lists and bits apart, so a list is always shorter.
  if (length < most) return list.subarray(0, length);
  const bits = noBits(size);
  for (let i = from; i < to; i++) setBit(bits, documents[i]);
  return bytesOf(bits);
}

/**
 * Adds an encoded list of documents to `bits`.
 * @throws DamagedIndex
 */
export function addDocuments(bits: Bits, stored: Uint8Array, size: number): void {
  if (stored.length === bytesOfBits(size)) {
    const words = wordsOf(stored, size);
    for (let i = 0; i < bits.length; i++) bits[i] |= words[i];
    return;
  }
  let document = -1;
  for (let at = 0; at < stored.length;) {
    let byte = stored[at++];
    let distance = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      if (at === stored.length || shift === 7 * DISTANCE_BYTES)
        throw new DamagedIndex('a list of documents breaks off');
      byte = stored[at++];
      distance |= (byte & 127) << shift;
    }
    document += distance + 1;
    // Past the end of the bits nothing is written: the check below is enough.
    bits[document >>> 5] |= 1 << (document & 31);
  }
  if (document >= size || stored.length > bytesOfBits(size)) {
    throw new DamagedIndex(`a list names document ${document} of a block of ${size}`);
  }
}

/**
 * Encodes a list of documents with a number for each, such as a count: the length of the list (4 bytes), the list, and the numbers, all in 1,
 * 4 or 8 bytes each (unsigned integers or doubles), as the largest needs.
 * @param documents ascending
 */
export function encodeCounts(documents: readonly number[], counts: readonly number[], size: number): Uint8Array {
  const list = encodeDocuments(documents, 0, documents.length, size);
  const most = counts.reduce((a, b) => (Number.isInteger(b) && b >= 0 ? Math.max(a, b) : Infinity), 0);
  const numbers =
    most < 2 ** 8 ? Uint8Array.from(counts) : most < 2 ** 32 ? Uint32Array.from(counts) : Float64Array.from(counts);
  const stored = new Uint8Array(4 + list.length + numbers.byteLength);
  new DataView(stored.buffer).setUint32(0, list.length, true);
  stored.set(list, 4);
  stored.set(new Uint8Array(numbers.buffer), 4 + list.length);
  return stored;
}

/**
 * Reads what {@link encodeCounts} wrote.
 * @returns the documents, and a function that gives their counts in the same order
 * @throws DamagedIndex
 */
export function decodeCounts(stored: Uint8Array, size: number): { bits: Bits; counts: () => Numbers } {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const end = stored.length < 4 ? Infinity : 4 + view.getUint32(0, true);
  if (end > stored.length) throw new DamagedIndex('a list with counts breaks off');
  const bits = noBits(size);
  addDocuments(bits, stored.subarray(4, end), size);
  const counts = (): Numbers => {
    const bytes = stored.slice(end);
    const count = countBits(bits);
    switch (bytes.length) {
      case count:
        return bytes;
      case count * 4:
        return new Uint32Array(bytes.buffer);
      case count * 8:
        return new Float64Array(bytes.buffer);
      default:
        throw new DamagedIndex(`${count} documents have counts of ${bytes.length} bytes`);
    }
  };
  return { bits, counts };
}

/**
 * Encodes a list of documents with some numbers of 32 bits for each: the length of the list with the count of each (4 bytes), that list, and
 * the numbers of one document after those of the other.
 * @param documents ascending
 */
export function encodeTimes(
  documents: readonly number[],
  counts: readonly number[],
  times: readonly number[],
  size: number,
): Uint8Array {
  const list = encodeCounts(documents, counts, size);
  const stored = new Uint8Array(4 + list.length + times.length * 4);
  new DataView(stored.buffer).setUint32(0, list.length, true);
  stored.set(list, 4);
  stored.set(new Uint8Array(Uint32Array.from(times).buffer), 4 + list.length);
  return stored;
}

/**
 * Reads what {@link encodeTimes} wrote.
 * @throws DamagedIndex
 */
export function decodeTimes(stored: Uint8Array, size: number): { bits: Bits; counts: Numbers; times: Uint32Array } {
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  const end = stored.length < 4 ? Infinity : 4 + view.getUint32(0, true);
  if (end > stored.length) throw new DamagedIndex('a list with times breaks off');
  const { bits, counts } = decodeCounts(stored.subarray(4, end), size);
  const all = counts();
  let total = 0;
  for (const count of all) total += count;
  const times = new Uint32Array(exactly(stored.subarray(end), total * 4));
  return { bits, counts: all, times };
}

/** The bytes of numbers. They are little-endian in the file, as on every machine that Node.js supports. */
export function bytesOf(array: Float64Array<ArrayBuffer> | Bits): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** @throws DamagedIndex unless these are the bits of `size` documents */
export function wordsOf(stored: Uint8Array, size: number): Bits {
  const words = new Uint32Array(exactly(stored, bytesOfBits(size)));
  if (size % 32 !== 0 && words[words.length - 1] >>> (size % 32) !== 0) {
    throw new DamagedIndex(`bits are set after document ${size - 1}, the last of its block`);
  }
  return words;
}

/** @throws DamagedIndex unless these are `size` doubles */
export function numbersOf(stored: Uint8Array, size: number): Float64Array<ArrayBuffer> {
  return new Float64Array(exactly(stored, size * Float64Array.BYTES_PER_ELEMENT));
}

/** A copy, as the bytes may not be aligned. */
function exactly(stored: Uint8Array, bytes: number): ArrayBuffer {
  if (stored.length !== bytes) throw new DamagedIndex(`${stored.length} bytes are stored instead of ${bytes}`);
  return stored.slice().buffer;
}

function bytesOfBits(size: number): number {
  return ((size + 31) >>> 5) * 4;
}
