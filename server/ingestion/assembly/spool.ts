import { STAGING, take } from './memory';
import { addMessage } from './part';
import { isGreater, KEY_BYTES, setKeyOf } from './user-key';

/*
 * Messages go straight into the part, or are sorted by customer first: into buckets, whose full chunks are handed out. So a
 * source of any size is folded bucket by bucket, each in the caches.
 *
 * A message on its way, at a multiple of 8:
 *
 *     0 bytes of all of it            4 timestamp                         8 high and 16 low word of the identity
 *    24 bytes of the user id         28 bytes of an event's name, or ATTRIBUTES
 *
 * then the user id, then the name, or for each attribute the bytes of its name, the bytes of its value (0: it is removed), both
 * of 32 bits, the name, the value. Every text is followed by what is missing to a multiple of 8.
 */

/** Takes a chunk of a bucket. */
// @ts-ignore: a decorator of the compiler
@external('env', 'spill')
declare function spill(bucket: u32, start: usize, end: usize): void;

let count: u32 = 0;
/** Where the chunk of each bucket ends now, as 32 bits. */
let ends: usize = 0;
let chunks: usize = 0;
let chunkBytes: usize = 0;
/** The least key of every bucket but the first. */
let splitters: usize = 0;
const key: usize = memory.data(16, 8);

/** Messages go straight into the part from now on. */
export function noBuckets(): void {
  count = 0;
}

/**
 * Messages go into buckets from now on.
 * @param ids where the least user ids of all buckets but the first are: the bytes of each, as 32 bits, and the id
 */
export function beginBuckets(buckets: u32, bytes: usize, ids: usize): void {
  count = buckets;
  chunkBytes = bytes;
  splitters = take(<usize>buckets * KEY_BYTES);
  ends = take(<usize>buckets * 4);
  chunks = take(<usize>buckets * bytes);
  for (let i: u32 = 0; i < buckets; i++) {
    store<u32>(ends + <usize>i * 4, <u32>(chunks + <usize>i * bytes));
    if (i == 0) continue;
    const length = <usize>load<u32>(ids);
    setKeyOf(splitters + <usize>(i - 1) * KEY_BYTES, ids + 4, ids + 4 + length);
    ids += 4 + length;
  }
}

/** Hands out what is left in the chunks. */
export function endBuckets(): void {
  for (let i: u32 = 0; i < count; i++) spillChunk(i);
}

/** The bucket of the message under way. */
let bucket: u32 = 0;

/**
 * Where the message of a user is to be written, which comes to so many bytes: at once where it goes. Then {@link placed} has
 * to be called, with nothing in between that takes memory.
 */
export function place(userStart: usize, userEnd: usize, bytes: usize): usize {
  if (count == 0) return take(bytes);
  bucket = bucketOf(userStart, userEnd);
  if (bytes > chunkBytes) return STAGING;
  const chunkEnd = chunks + <usize>(bucket + 1) * chunkBytes;
  if (<usize>load<u32>(ends + <usize>bucket * 4) + bytes > chunkEnd) spillChunk(bucket);
  return <usize>load<u32>(ends + <usize>bucket * 4);
}

/** Takes the message that was written where {@link place} has said. */
export function placed(message: usize): void {
  const end = message + <usize>load<u32>(message);
  if (count == 0) addMessage(message);
  else if (message != STAGING) store<u32>(ends + <usize>bucket * 4, <u32>end);
  else {
    spillChunk(bucket);
    spill(bucket, message, end);
  }
}

/** Takes the message that was written to STAGING. */
export function emit(): void {
  const bytes = <usize>load<u32>(STAGING);
  const user = STAGING + 32;
  const message = place(user, user + <usize>load<u32>(STAGING, 24), bytes);
  if (message != STAGING) memory.copy(message, STAGING, bytes);
  placed(message);
}

function spillChunk(bucket: u32): void {
  const start = chunks + <usize>bucket * chunkBytes;
  const end = <usize>load<u32>(ends + <usize>bucket * 4);
  if (end > start) spill(bucket, start, end);
  store<u32>(ends + <usize>bucket * 4, <u32>start);
}

/** How many splitters are not greater than the id. */
function bucketOf(start: usize, end: usize): u32 {
  setKeyOf(key, start, end);
  let low: u32 = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isGreater(splitters + <usize>middle * KEY_BYTES, key)) high = middle;
    else low = middle + 1;
  }
  return low;
}
