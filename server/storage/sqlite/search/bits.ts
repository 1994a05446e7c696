/** A set of documents of a block: document n is bit n % 32 of word n / 32. Bits from the size of the block on are 0. */
export type Bits = Uint32Array<ArrayBuffer>;

/** @param size number of documents in the block */
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

/** Calls `take` with each document of the set, in ascending order. */
export function eachBit(bits: Bits, take: (document: number) => void): void {
  for (let i = 0; i < bits.length; i++) {
    for (let word = bits[i]; word !== 0; word &= word - 1) take((i << 5) + 31 - Math.clz32(word & -word));
  }
}

/** Removes from `target` what is not in `other`. */
export function intersect(target: Bits, other: Bits): void {
  for (let i = 0; i < target.length; i++) target[i] &= other[i];
}

/** Removes from `target` what is in `other`. */
export function subtract(target: Bits, other: Bits): void {
  for (let i = 0; i < target.length; i++) target[i] &= ~other[i];
}

/** Adds to `target` what is in `other`. */
export function unite(target: Bits, other: Bits): void {
  for (let i = 0; i < target.length; i++) target[i] |= other[i];
}
