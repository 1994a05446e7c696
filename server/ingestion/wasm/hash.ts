import { firstBytes } from './bytes';

/* The same hash functions as in domain/message/hash128.ts; a property test compares the identities that they make. */

/** The hash key, which the database keeps for ever: four words. */
export let hashKey0: i32 = 0;
export let hashKey1: i32 = 0;
export let hashKey2: i32 = 0;
export let hashKey3: i32 = 0;

/** The four lanes of the most recent hash. */
export let h0: i32 = 0;
export let h1: i32 = 0;
export let h2: i32 = 0;
export let h3: i32 = 0;

const C1: i32 = 0x239b961b;
const C2: i32 = <i32>0xab0e9789;
const C3: i32 = 0x38b34ae5;
const C4: i32 = <i32>0xa1e38b93;

export function setHashKey(a: i32, b: i32, c: i32, d: i32): void {
  hashKey0 = a;
  hashKey1 = b;
  hashKey2 = c;
  hashKey3 = d;
}

export function setLanes(a: i32, b: i32, c: i32, d: i32): void {
  h0 = a;
  h1 = b;
  h2 = c;
  h3 = d;
}

function mix1(k: i32): i32 {
  return rotl<i32>(k * C1, 15) * C2;
}

function mix2(k: i32): i32 {
  return rotl<i32>(k * C2, 16) * C3;
}

function mix3(k: i32): i32 {
  return rotl<i32>(k * C3, 17) * C4;
}

function mix4(k: i32): i32 {
  return rotl<i32>(k * C4, 18) * C1;
}

function avalanche(h: i32): i32 {
  h = (h ^ (h >>> 16)) * <i32>0x85ebca6b;
  h = (h ^ (h >>> 13)) * <i32>0xc2b2ae35;
  return h ^ (h >>> 16);
}

/** The word at `at`, without the bytes from `end` on, which count as 0. */
function tail(at: usize, end: usize): i32 {
  if (at + 4 <= end) return load<i32>(at);
  if (at >= end) return 0;
  const bits = <i32>(end - at) * 8;
  return load<i32>(at) & ((1 << bits) - 1);
}

/** MurmurHash3 x86 128, seeded with the hash key. */
export function hashBytes(start: usize, end: usize): void {
  hashChained(start, end, hashKey0, hashKey1, hashKey2, hashKey3);
}

/** The same, seeded with the lanes of another hash. */
export function hashChained(start: usize, end: usize, a: i32, b: i32, c: i32, d: i32): void {
  let at = start;
  for (; at + 16 <= end; at += 16) {
    a = (rotl<i32>(a ^ mix1(load<i32>(at)), 19) + b) * 5 + 0x561ccd1b;
    b = (rotl<i32>(b ^ mix2(load<i32>(at, 4)), 17) + c) * 5 + 0x0bcaa747;
    c = (rotl<i32>(c ^ mix3(load<i32>(at, 8)), 15) + d) * 5 + <i32>0x96cd1c35;
    d = (rotl<i32>(d ^ mix4(load<i32>(at, 12)), 13) + a) * 5 + 0x32ac3b17;
  }
  if (at < end) {
    a ^= mix1(tail(at, end));
    b ^= mix2(tail(at + 4, end));
    c ^= mix3(tail(at + 8, end));
    d ^= mix4(tail(at + 12, end));
  }
  const length = <i32>(end - start);
  a ^= length;
  b ^= length;
  c ^= length;
  d ^= length;
  a += b + c + d;
  b += a;
  c += a;
  d += a;
  a = avalanche(a);
  b = avalanche(b);
  c = avalanche(c);
  d = avalanche(d);
  a += b + c + d;
  h0 = a;
  h1 = b + a;
  h2 = c + a;
  h3 = d + a;
}

/**
 * A hash of 32 bits of a short text, for the tables of this process. It depends on the hash key, so that a sender of messages can
 * not make all names fall into one slot.
 */
export function hashText(start: usize, end: usize): u32 {
  let hash: u64 = ((<u64>hashKey0) << 32) ^ (<u64>(<u32>hashKey1)) ^ (<u64>(end - start) * 0x9e3779b97f4a7c15);
  let at = start;
  for (; at + 8 <= end; at += 8) hash = mixWord(hash, load<u64>(at));
  if (at < end) hash = mixWord(hash, firstBytes(load<u64>(at), end - at));
  hash ^= hash >>> 29;
  hash *= 0xbf58476d1ce4e5b9;
  return <u32>(hash >>> 32);
}

function mixWord(hash: u64, word: u64): u64 {
  hash = (hash ^ word) * 0x9fb21c651e98df25;
  return hash ^ (hash >>> 32);
}
