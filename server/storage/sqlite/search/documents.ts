/** Documents of a block as bits: document n is bit n % 32 of word n / 32. */
export type Bits = Uint32Array<ArrayBuffer>;

export function noBits(size: number): Bits {
  return new Uint32Array((size + 31) >>> 5);
}

export function allBits(size: number): Bits {
  const bits = noBits(size).fill(0xffff_ffff);
  if (size % 32 !== 0) bits[bits.length - 1] = (1 << (size % 32)) - 1;
  return bits;
}

export function setBit(bits: Bits, document: number): void {
  bits[document >>> 5] |= 1 << (document & 31);
}

export function clearBit(bits: Bits, document: number): void {
  bits[document >>> 5] &= ~(1 << (document & 31));
}

export function hasBit(bits: Bits, document: number): boolean {
  return ((bits[document >>> 5] >>> (document & 31)) & 1) === 1;
}

export function countBits(bits: Bits): number {
  let count = 0;
  for (const bitsOfWord of bits) {
    let word = bitsOfWord - ((bitsOfWord >>> 1) & 0x5555_5555);
    word = (word & 0x3333_3333) + ((word >>> 2) & 0x3333_3333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
  }
  return count;
}

export function eachBit(bits: Bits, take: (document: number) => void): void {
  for (let i = 0; i < bits.length; i++) {
    for (let word = bits[i]; word !== 0; word &= word - 1) take((i << 5) + 31 - Math.clz32(word & -word));
  }
}

/** `target` keeps what is in both. */
export function intersect(target: Bits, other: Bits): void {
  for (let i = 0; i < target.length; i++) target[i] &= other[i];
}

/** `target` loses what is in `other`. */
export function subtract(target: Bits, other: Bits): void {
  for (let i = 0; i < target.length; i++) target[i] &= ~other[i];
}

/**
 * Documents as they are stored: their distances as varints, or the bits where these are shorter.
 * @param documents ascending
 * @param size of the block
 */
export function encodeDocuments(documents: ArrayLike<number>, from: number, to: number, size: number): Uint8Array {
  const most = bytesOfBits(size);
  const list = new Uint8Array(Math.min(most, (to - from) * 3));
  let length = 0;
  let last = -1;
  for (let i = from; i < to; i++) {
    let distance = documents[i] - last - 1;
    last = documents[i];
    for (; distance >= 128 && length < most; distance >>>= 7) list[length++] = (distance & 127) | 128;
    if (length >= most) break;
    list[length++] = distance;
  }
  // A list that is as long as the bits would be taken for them.
  if (length < most) return list.subarray(0, length);
  const bits = noBits(size);
  for (let i = from; i < to; i++) setBit(bits, documents[i]);
  return new Uint8Array(bits.buffer);
}

/** Adds stored documents to `bits`. */
export function addDocuments(bits: Bits, stored: Uint8Array, size: number): void {
  if (stored.length === bytesOfBits(size)) {
    const words = wordsOf(stored);
    for (let i = 0; i < bits.length; i++) bits[i] |= words[i];
    return;
  }
  let document = -1;
  for (let at = 0; at < stored.length;) {
    let byte = stored[at++];
    let distance = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      byte = stored[at++];
      distance |= (byte & 127) << shift;
    }
    document += distance + 1;
    bits[document >>> 5] |= 1 << (document & 31);
  }
}

/** Numbers as they are stored, and back. Every machine that Node.js runs on in practice is little-endian, as is the file. */
export function bytesOf(array: Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

export function wordsOf(stored: Uint8Array): Bits {
  return new Uint32Array(alignedBuffer(stored));
}

export function numbersOf(stored: Uint8Array): Float64Array<ArrayBuffer> {
  return new Float64Array(alignedBuffer(stored));
}

function alignedBuffer(stored: Uint8Array): ArrayBuffer {
  return stored.slice().buffer;
}

function bytesOfBits(size: number): number {
  return ((size + 31) >>> 5) * 4;
}
