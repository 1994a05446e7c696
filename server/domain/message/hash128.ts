/**
 * MurmurHash3 x86 128 (Austin Appleby, public domain) with a seed for each lane. The seeds are a secret of the database, so that a
 * sender of messages can not construct two ids with the same hash.
 */
export class Hash128 {
  /** The four lanes of the most recent hash. */
  readonly lanes = new Int32Array(4);

  /** @param hashKey four words */
  constructor(private readonly hashKey: Readonly<Uint32Array>) {}

  /** Hashes `bytes[start, end)` into {@link lanes}. */
  bytes(bytes: Uint8Array, start: number, end: number): void {
    const { hashKey } = this;
    this.chained(bytes, start, end, hashKey[0], hashKey[1], hashKey[2], hashKey[3]);
  }

  /** The same, seeded with the lanes of another hash. */
  chained(bytes: Uint8Array, start: number, end: number, s1: number, s2: number, s3: number, s4: number): void {
    let h1 = s1 | 0;
    let h2 = s2 | 0;
    let h3 = s3 | 0;
    let h4 = s4 | 0;
    let at = start;
    for (const last = end - 16; at <= last; at += 16) {
      h1 = Math.imul(rotate(h1 ^ mix1(word(bytes, at)), 19) + h2, 5) + 0x561ccd1b;
      h2 = Math.imul(rotate(h2 ^ mix2(word(bytes, at + 4)), 17) + h3, 5) + 0x0bcaa747;
      h3 = Math.imul(rotate(h3 ^ mix3(word(bytes, at + 8)), 15) + h4, 5) + 0x96cd1c35;
      h4 = Math.imul(rotate(h4 ^ mix4(word(bytes, at + 12)), 13) + h1, 5) + 0x32ac3b17;
    }
    if (at < end) {
      h1 ^= mix1(tail(bytes, at, end));
      h2 ^= mix2(tail(bytes, at + 4, end));
      h3 ^= mix3(tail(bytes, at + 8, end));
      h4 ^= mix4(tail(bytes, at + 12, end));
    }
    this.finish(h1, h2, h3, h4, end - start);
  }

  private finish(h1: number, h2: number, h3: number, h4: number, length: number): void {
    h1 ^= length;
    h2 ^= length;
    h3 ^= length;
    h4 ^= length;
    h1 = (h1 + h2 + h3 + h4) | 0;
    h2 = (h2 + h1) | 0;
    h3 = (h3 + h1) | 0;
    h4 = (h4 + h1) | 0;
    h1 = avalanche(h1);
    h2 = avalanche(h2);
    h3 = avalanche(h3);
    h4 = avalanche(h4);
    h1 = (h1 + h2 + h3 + h4) | 0;
    this.lanes[0] = h1;
    this.lanes[1] = h2 + h1;
    this.lanes[2] = h3 + h1;
    this.lanes[3] = h4 + h1;
  }
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

function mix1(k: number): number {
  return Math.imul(rotate(Math.imul(k, 0x239b961b), 15), 0xab0e9789 | 0);
}

function mix2(k: number): number {
  return Math.imul(rotate(Math.imul(k, 0xab0e9789 | 0), 16), 0x38b34ae5);
}

function mix3(k: number): number {
  return Math.imul(rotate(Math.imul(k, 0x38b34ae5), 17), 0xa1e38b93 | 0);
}

function mix4(k: number): number {
  return Math.imul(rotate(Math.imul(k, 0xa1e38b93 | 0), 18), 0x239b961b);
}

function avalanche(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b | 0);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35 | 0);
  return h ^ (h >>> 16);
}

/** Reads four bytes, little endian. */
function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

/** The word at `at`, without the bytes from `end` on, which count as 0. */
function tail(bytes: Uint8Array, at: number, end: number): number {
  let k = 0;
  for (let i = Math.min(3, end - at - 1); i >= 0; i--) k = (k << 8) | bytes[at + i];
  return k;
}
