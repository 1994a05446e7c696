import { readUserId } from '../customer/customer-id.js';
import { LIMITS } from '../limits.js';
import type { RowReason } from '../import/row-plan.js';
import type { RejectReason } from '../message/message.js';
import { utf8Text } from '../utf8.js';

/** A rejected line, kept so that a person can mend it. `line` starts at 1, `offset` (bytes) at 0. */
export interface Reject {
  readonly line: number;
  readonly offset: number;
  readonly reason: RejectReason | RowReason;
  /** The fault of the line, in words. */
  readonly hint?: string | undefined;
  /** The line without its end: at most its first 64 KiB. It need not be UTF-8. */
  readonly bytes: Uint8Array;
  /** True if the line is longer than `bytes`. */
  readonly isTruncated: boolean;
}

/** Some rejects of a source, packed into one run of bytes: for each a head in JSON, a line feed, the bytes of the line, a line feed. */
export interface RejectBlock {
  /** The number of the first line. */
  readonly first: number;
  /** The number of rejects. */
  readonly count: number;
  readonly packed: Uint8Array<ArrayBuffer>;
}

interface Head {
  /** Lines of the source between the first reject of the block and this one. */
  readonly line: number;
  readonly offset: number;
  readonly reason: RejectReason | RowReason;
  readonly hint?: string | undefined;
  readonly truncated?: true | undefined;
  readonly bytes?: number;
  /** The first 200 characters of a line that was rejected by an earlier version, which kept no bytes. */
  readonly text?: string;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
/** A block of this size, in bytes, is full. */
const BLOCK_BYTES = 64 * 1024;
/** The most bytes of a head with its line feed, and of the line feed behind a line. A hint has at most 300 characters. */
const HEAD_BYTES = 4 * 1024;
/** The characters that an earlier version kept of a line. */
const EARLIER_CHARACTERS = 200;

const encoder = new TextEncoder();
const latin1 = new TextDecoder('latin1');
const USER_ID = /"user_id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)/g;
const LINE_END = encoder.encode('\n');
/** A line that ends with `\r` gets the other line end, as a reader would take `\r\n` for one. */
const LINE_END_AFTER_RETURN = encoder.encode('\r\n');
/** Stands in place of the rest of a line. With it the line is no JSON, so it cannot be taken for the whole by mistake. */
const CUT_OFF = encoder.encode(' [cut off here: the rest of this line was not kept]\n');

/** Packs rejects of consecutive lines into blocks of about 64 KiB. */
export class RejectPacker {
  /** Bytes of all blocks. */
  bytes = 0;
  private readonly full: RejectBlock[] = [];
  private buffer: Uint8Array<ArrayBuffer> | undefined;
  private length = 0;
  private first = 0;
  private count = 0;

  /** @param mostBytes of all blocks; from the first reject that does not fit on, none is taken */
  constructor(private readonly mostBytes: number) {}

  /** True when no reject is taken any more. */
  get isClosed(): boolean {
    return this.bytes >= this.mostBytes;
  }

  /** @returns false if the reject was not taken, and none will be */
  add({ line, offset, reason, hint, bytes, isTruncated }: Reject): boolean {
    const buffer = (this.buffer ??= new Uint8Array(BLOCK_BYTES + HEAD_BYTES + LIMITS.rejectedLineBytes));
    if (this.count === 0) this.first = line;
    const truncated = isTruncated || undefined;
    const head: Head = { line: line - this.first, offset, reason, hint, truncated, bytes: bytes.length };
    const start = this.length;
    let at = start + encoder.encodeInto(`${JSON.stringify(head)}\n`, buffer.subarray(start)).written;
    buffer.set(bytes, at);
    at += bytes.length;
    buffer[at++] = LINE_FEED;
    if (this.bytes + at - start > this.mostBytes) {
      this.bytes = this.mostBytes;
      return false;
    }
    this.bytes += at - start;
    this.length = at;
    this.count++;
    if (at >= BLOCK_BYTES) this.close(buffer);
    return true;
  }

  /** Returns all blocks, in the order of lines. */
  blocks(): readonly RejectBlock[] {
    if (this.count > 0 && this.buffer) this.close(this.buffer);
    return this.full;
  }

  private close(buffer: Uint8Array<ArrayBuffer>): void {
    this.full.push({ first: this.first, count: this.count, packed: buffer.slice(0, this.length) });
    this.length = 0;
    this.count = 0;
  }
}

/** The stored form of a block. */
export interface PackedRejects {
  readonly first: number;
  readonly packed: Uint8Array;
}

/** Yields the rejects of a block. Their bytes are views of it. */
export function* unpackRejects(block: PackedRejects): Generator<Reject> {
  for (const { reject } of placedRejects(block)) yield reject;
}

/** Yields the rejects of a block with their places in it, in bytes. */
function* placedRejects({ first, packed }: PackedRejects): Generator<{ reject: Reject; from: number; to: number }> {
  for (let at = 0; at < packed.length;) {
    const from = at;
    const start = packed.indexOf(LINE_FEED, at) + 1;
    // Safe: written by RejectPacker or by the migration of an earlier version.
    const head = JSON.parse(utf8Text(packed.subarray(at, start))) as Head;
    const { offset, reason, hint, truncated = false, bytes: length = 0, text } = head;
    at = start + length + 1;
    const line = first + head.line;
    if (text === undefined) {
      const bytes = packed.subarray(start, start + length);
      yield { reject: { line, offset, reason, hint, bytes, isTruncated: truncated }, from, to: at };
    } else {
      const isTruncated = Array.from(text).length >= EARLIER_CHARACTERS;
      yield { reject: { line, offset, reason, bytes: encoder.encode(text), isTruncated }, from, to: at };
    }
  }
}

/** The rejects of a block whose `user_id` can be read, and is `id`. */
export function rejectsOf(id: string, block: PackedRejects): Reject[] {
  return mayName(id, block) ? [...unpackRejects(block)].filter(({ bytes }) => userIdIn(bytes) === id) : [];
}

/** Takes the rejects of a customer out of a block. @returns what is left of it, which may be empty; the block itself if it has none */
export function withoutRejectsOf(id: string, block: PackedRejects): Uint8Array {
  const { packed } = block;
  if (!mayName(id, block)) return packed;
  const left = new Uint8Array(packed.length);
  let length = 0;
  for (const { reject, from, to } of placedRejects(block)) {
    if (userIdIn(reject.bytes) === id) continue;
    left.set(packed.subarray(from, to), length);
    length += to - from;
  }
  return left.subarray(0, length);
}

/** False if certainly no line of the block names the customer: its id is in none, nor an escape that may stand for a part of it. */
function mayName(id: string, { packed }: PackedRejects): boolean {
  // One byte is one character, so that a search takes no copy of its own for each byte.
  const text = latin1.decode(packed);
  return text.includes('\\') || text.includes(latin1.decode(encoder.encode(id)));
}

/** The `user_id` of a line, also of one that is no JSON; undefined if it cannot be read. */
function userIdIn(bytes: Uint8Array): string | undefined {
  const text = utf8Text(bytes);
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null && 'user_id' in line ? readUserId(line.user_id) : undefined;
  } catch {
    const found = [...text.matchAll(USER_ID)].at(-1)?.[1];
    return found === undefined ? undefined : readUserId(readable(found));
  }
}

function readable(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A reject as the API and the command line show it. Bytes that are not UTF-8 become U+FFFD. */
export interface RejectView {
  readonly line: number;
  readonly offset: number;
  readonly reason: RejectReason | RowReason;
  readonly hint?: string;
  readonly text: string;
  /** True if the line is longer than `text`. */
  readonly truncated?: true;
}

export function viewOfReject({ line, offset, reason, hint, bytes, isTruncated }: Reject): RejectView {
  return {
    line,
    offset,
    reason,
    ...(hint !== undefined && { hint }),
    text: utf8Text(bytes),
    ...(isTruncated && { truncated: true as const }),
  };
}

/**
 * A rejected line as it stands in a file of lines, with a line end: byte by byte, so that reading the file gives the line again.
 * @returns parts to be written one after the other
 */
export function lineOfReject({ bytes, isTruncated }: Reject): readonly [line: Uint8Array, end: Uint8Array] {
  if (isTruncated) return [bytes, CUT_OFF];
  return [bytes, bytes.at(-1) === CARRIAGE_RETURN ? LINE_END_AFTER_RETURN : LINE_END];
}

/** A reject as a line of JSON, with its line end. */
export function jsonOfReject(reject: Reject): readonly [line: Uint8Array, end: Uint8Array] {
  return [encoder.encode(JSON.stringify(viewOfReject(reject))), LINE_END];
}
