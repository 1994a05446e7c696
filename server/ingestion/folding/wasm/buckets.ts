import { spill } from '../../wasm/host';
import { ensure, STAGING, take } from '../../wasm/memory';
import { MESSAGE_HEADER_BYTES, MESSAGE_USER_BYTES } from '../message-layout';
import { addMessage } from './batch';
import { messageEnd } from './log-entries';
import { isGreater, ORDER_KEY_BYTES, writeOrderKey } from './order-key';

/*
 * The way of a message into the batch: at once, or first into the bucket of its customer, whose chunks are handed to the caller when
 * they are full. With buckets a source of any size is folded in steps that fit into the caches.
 */

/** Buckets; 0 while messages go into the batch at once. */
let count: u32 = 0;
/** The places where the chunks of the buckets end, 4 bytes each. */
let ends: usize = 0;
let chunks: usize = 0;
let chunkBytes: usize = 0;
/** Bytes behind a chunk or a message that the writer of an entry may overwrite. */
const SLACK_BYTES: usize = 16;
/** The least order key of every bucket but the first. */
let splitters: usize = 0;
/** The order key of the message under way. */
const orderKey: usize = memory.data(<i32>ORDER_KEY_BYTES, 8);

/** Messages go into the batch at once from now on. */
export function noBuckets(): void {
  count = 0;
}

/**
 * Messages go into buckets from now on.
 * @param bytes size of a chunk
 * @param ids the least user ids of all buckets but the first, each after its length in 4 bytes
 */
export function beginBuckets(buckets: u32, bytes: usize, ids: usize): void {
  count = buckets;
  chunkBytes = bytes;
  splitters = take(<usize>buckets * ORDER_KEY_BYTES);
  ends = take(<usize>buckets * 4);
  chunks = take(<usize>buckets * (bytes + SLACK_BYTES));
  for (let i: u32 = 0; i < buckets; i++) {
    store<u32>(ends + <usize>i * 4, <u32>chunkOf(i));
    if (i == 0) continue;
    const length = <usize>load<u32>(ids);
    writeOrderKey(splitters + <usize>(i - 1) * ORDER_KEY_BYTES, ids + 4, ids + 4 + length);
    ids += 4 + length;
  }
}

/** Hands out what is left in the chunks. */
export function endBuckets(): void {
  for (let i: u32 = 0; i < count; i++) spillChunk(i);
}

function chunkOf(bucket: u32): usize {
  return chunks + <usize>bucket * (chunkBytes + SLACK_BYTES);
}

/** The bucket of the message under way. */
let bucket: u32 = 0;

/**
 * Returns where to write the message of a customer. The caller then calls {@link placed}, and takes no memory in between.
 * @param bytes size of the message and its entry
 */
export function place(userStart: usize, userEnd: usize, bytes: usize): usize {
  if (count == 0) {
    ensure(bytes + SLACK_BYTES);
    return take(bytes);
  }
  bucket = bucketOf(userStart, userEnd);
  if (bytes > chunkBytes) return STAGING;
  if (<usize>load<u32>(ends + <usize>bucket * 4) + bytes > chunkOf(bucket) + chunkBytes) spillChunk(bucket);
  return <usize>load<u32>(ends + <usize>bucket * 4);
}

/** Adds the message that was written where {@link place} said. */
export function placed(message: usize): void {
  if (count == 0) addMessage(message);
  else if (message != STAGING) store<u32>(ends + <usize>bucket * 4, <u32>messageEnd(message));
  else {
    spillChunk(bucket);
    spill(bucket, message, messageEnd(message));
  }
}

/** Adds the message that the caller put together in the staging place. */
export function emit(): void {
  const bytes = messageEnd(STAGING) - STAGING;
  const user = STAGING + MESSAGE_HEADER_BYTES;
  const message = place(user, user + <usize>load<u16>(STAGING, MESSAGE_USER_BYTES), bytes);
  if (message != STAGING) memory.copy(message, STAGING, bytes);
  placed(message);
}

function spillChunk(bucket: u32): void {
  const start = chunkOf(bucket);
  const end = <usize>load<u32>(ends + <usize>bucket * 4);
  if (end > start) spill(bucket, start, end);
  store<u32>(ends + <usize>bucket * 4, <u32>start);
}

/** The bucket of a user id: how many splitters are not greater than its order key. */
function bucketOf(start: usize, end: usize): u32 {
  writeOrderKey(orderKey, start, end);
  let low: u32 = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isGreater(splitters + <usize>middle * ORDER_KEY_BYTES, orderKey)) high = middle;
    else low = middle + 1;
  }
  return low;
}
