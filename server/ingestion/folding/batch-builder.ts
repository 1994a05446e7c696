import type { AttributesMessage, EventMessage, Message } from '../../domain/message/message.js';
import { MessageIdentifier } from '../../domain/message/message-identity.js';
import type { FoldedBatchData } from '../../domain/customer/folded-batch.js';
import { instantiate } from '../scanning/assembly.js';

/** The scanner did not read the line: `JSON.parse` decides. */
export const DECLINED = 0;
/** The line was a message, and was taken. */
export const ADDED = 1;
/** The line was a message without a customer. */
export const ANONYMOUS = 2;
/** Added to the result when the memory has grown. */
const GROWN = 4;
export type ScanResult = typeof DECLINED | typeof ADDED | typeof ANONYMOUS;

/** Takes a chunk of messages of one bucket; its bytes are valid until it returns. */
export type TakeChunk = (bucket: number, chunk: Uint8Array) => void;

const ATTRIBUTES = 0xffffffff;
const HEADER_BYTES = 32;
/** Of a name in the table of a part, without its text. */
const NAME_BYTES = 16;
/** Of all chunks of buckets, of which each is handed out when it is full: about what the caches hold. */
const CHUNKS_BYTES = 8 * 1024 * 1024;
/** Of one of them at least and at most: a multiple of 8. */
const LEAST_CHUNK_BYTES = 8 * 1024;
const MOST_CHUNK_BYTES = 64 * 1024;

/**
 * Folds lines and messages into one part of a source after another, or sorts them into buckets first. It scans and folds in
 * WebAssembly (assembly/), in a memory of its own, without an object or a string a message.
 */
export class BatchBuilder {
  private readonly assembly = instantiate((bucket, start, end) => {
    this.refresh();
    this.takeChunk?.(bucket, this.bytes.subarray(start, end));
  });
  private readonly identifier: MessageIdentifier;
  /** Where a chunk of a source is put; what lies before it and may be needed is described in line-reader.ts. */
  readonly chunkStart: number;
  private readonly staging: number;
  private takeChunk: TakeChunk | undefined;
  private memory = Buffer.from(new ArrayBuffer(0));
  private view = new DataView(new ArrayBuffer(0));

  /** @param key four words, which the database keeps for ever: identities are hashed with them */
  constructor(key: Readonly<Uint32Array>) {
    this.identifier = new MessageIdentifier(key);
    this.assembly.setKey(key[0], key[1], key[2], key[3]);
    this.assembly.reset();
    this.chunkStart = this.assembly.chunkStart();
    this.staging = this.assembly.staging();
    this.refresh();
  }

  /** Bytes of memory that the part under way takes. */
  get size(): number {
    return this.assembly.size();
  }

  /** The memory, where chunks are put to be scanned. */
  get bytes(): Buffer {
    return this.memory;
  }

  /**
   * Reads a line that is plainly regular as `JSON.parse` and the checks of the contract would read it, or declines it: an
   * escape in a name, a nested attribute, a repeated member, whatever is invalid.
   * @param start of the line in {@link bytes}; the byte behind it is overwritten
   * @param length in bytes, no more than a line may have
   * @param latest the latest timestamp that is taken, in seconds
   */
  scan(start: number, length: number, latest: number): ScanResult {
    let result = this.assembly.scan(start, length, latest);
    if (result >= GROWN) {
      result -= GROWN;
      this.refresh();
    }
    // Safe: the results of assembly/scan.ts.
    return result as ScanResult;
  }

  /** Adds a message that was parsed. */
  add(message: Message): void {
    this.identifier.identify(message);
    const end = message.type === 'event' ? this.stageEvent(message) : this.stageAttributes(message);
    this.view.setUint32(this.staging, end - this.staging, true);
    this.assembly.emit();
    this.refresh();
  }

  /**
   * Sorts what comes into buckets from now on, up to {@link endBuckets}. The part under way has to be finished.
   * @param firstIds the least user ids of all buckets but the first, in the order of lists
   */
  beginBuckets(firstIds: readonly string[], takeChunk: TakeChunk): void {
    this.takeChunk = takeChunk;
    const texts = firstIds.map((id) => Buffer.from(id));
    const ids = this.assembly.room(texts.reduce((sum, { length }) => sum + 4 + length, 0));
    this.refresh();
    let at = ids;
    for (const text of texts) {
      this.view.setUint32(at, text.length, true);
      this.bytes.set(text, at + 4);
      at += 4 + text.length;
    }
    const buckets = texts.length + 1;
    const share = Math.floor(CHUNKS_BYTES / buckets / 8) * 8;
    const chunkBytes = Math.min(MOST_CHUNK_BYTES, Math.max(LEAST_CHUNK_BYTES, share));
    this.assembly.beginBuckets(buckets, chunkBytes, ids);
    this.refresh();
  }

  /** Hands out all that is left in the buckets. What comes then goes into a part again. */
  endBuckets(): void {
    this.assembly.endBuckets();
    this.assembly.noBuckets();
    this.takeChunk = undefined;
    this.assembly.reset();
    this.refresh();
  }

  /** Adds the messages of a chunk to the part. */
  addChunk(bytes: number, read: (target: Uint8Array) => void): void {
    const start = this.assembly.room(bytes);
    this.refresh();
    read(this.bytes.subarray(start, start + bytes));
    this.assembly.addChunk(start, start + bytes);
    this.refresh();
  }

  /**
   * Ends the part and begins the next.
   * @param hasMessages whether the messages are kept beside what they come to
   */
  finish(hasMessages: boolean): FoldedBatchData {
    const { assembly } = this;
    const rows: Uint8Array<ArrayBuffer>[] = [];
    assembly.beginRows(hasMessages);
    while (assembly.nextRows() > 0) rows.push(this.copy(assembly.rowsStart(), assembly.rowsEnd()));
    const names = assembly.exportNames();
    const nameCount = assembly.nameCount();
    this.refresh();
    const namesStart = names + nameCount * NAME_BYTES;
    const namesEnd = nameCount === 0 ? names : namesStart + this.view.getUint32(namesStart - NAME_BYTES, true);
    const data = {
      customers: assembly.customerCount(),
      hasMessages,
      rows,
      names: this.copy(names, namesEnd),
      nameCount,
    };
    assembly.reset();
    this.refresh();
    return data;
  }

  private stageEvent({ userId, name, timestamp }: EventMessage): number {
    const at = this.stageUser(userId, timestamp);
    const length = this.bytes.write(name, at);
    this.view.setUint32(this.staging + 28, length, true);
    return at + padded(length);
  }

  private stageAttributes({ userId, changes, timestamp }: AttributesMessage): number {
    let at = this.stageUser(userId, timestamp);
    this.view.setUint32(this.staging + 28, ATTRIBUTES, true);
    for (const { name, value } of changes) {
      const nameLength = this.bytes.write(name, at + 8);
      const valueStart = at + 8 + padded(nameLength);
      const valueLength = value === null ? 0 : this.bytes.write(value, valueStart);
      this.view.setUint32(at, nameLength, true);
      this.view.setUint32(at + 4, valueLength, true);
      at = valueStart + padded(valueLength);
    }
    return at;
  }

  /** What all messages have, as assembly/spool.ts says. */
  private stageUser(userId: string, timestamp: number): number {
    const { view, staging } = this;
    const [a, b, c, d] = this.identifier.lanes;
    const length = this.bytes.write(userId, staging + HEADER_BYTES);
    view.setUint32(staging + 4, timestamp, true);
    view.setInt32(staging + 8, b, true);
    view.setInt32(staging + 12, a, true);
    view.setInt32(staging + 16, d, true);
    view.setInt32(staging + 20, c, true);
    view.setUint32(staging + 24, length, true);
    return staging + HEADER_BYTES + padded(length);
  }

  private copy(start: number, end: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.assembly.memory.buffer.slice(start, end));
  }

  /** The memory has another buffer when it has grown. */
  private refresh(): void {
    const { buffer } = this.assembly.memory;
    if (this.memory.buffer === buffer) return;
    this.memory = Buffer.from(buffer);
    this.view = new DataView(buffer);
    this.assembly.takeGrown();
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
