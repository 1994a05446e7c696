import { NAME_END, NAME_ENTRY_BYTES } from '../../domain/customer/batch-layout.js';
import type { FoldedBatchData } from '../../domain/customer/folded-batch.js';
import { MessageIdentifier } from '../../domain/message/message-identity.js';
import type { AttributesMessage, EventMessage, Message } from '../../domain/message/message.js';
import { GROWN, type ADDED, type ANONYMOUS, type DECLINED } from '../scanning/scan-result.js';
import {
  IS_ATTRIBUTES,
  MESSAGE_HEADER_BYTES,
  MESSAGE_IDENTITY,
  MESSAGE_IDENTITY_LOW,
  MESSAGE_NAME_BYTES,
  MESSAGE_SIZE,
  MESSAGE_TIME,
  MESSAGE_USER_BYTES,
  PAIR_HEADER_BYTES,
  PAIR_NAME_BYTES,
  PAIR_VALUE_BYTES,
} from './message-layout.js';
import { instantiate } from './wasm-module.js';

export type ScanResult = typeof DECLINED | typeof ADDED | typeof ANONYMOUS;

/** Takes a chunk of messages of one bucket; its bytes are valid until it returns. */
export type TakeChunk = (bucket: number, chunk: Uint8Array) => void;

/** Size of all chunks of buckets together, in bytes: about that of the caches of a processor. */
const CHUNKS_BYTES = 8 * 1024 * 1024;
/** The smallest and the largest size of a chunk, in bytes: multiples of 8. */
const LEAST_CHUNK_BYTES = 8 * 1024;
const MOST_CHUNK_BYTES = 64 * 1024;

/**
 * Folds lines and messages into one part of a source after another, or sorts them into buckets first. It scans and folds in
 * WebAssembly (assembly/), in a memory of its own, without an object or a string a message.
 */
export class BatchBuilder {
  private readonly module = instantiate((bucket, start, end) => {
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
    this.module.setHashKey(key[0], key[1], key[2], key[3]);
    this.module.reset();
    this.chunkStart = this.module.chunkStart();
    this.staging = this.module.staging();
    this.refresh();
  }

  /** Bytes of memory that the part under way takes. */
  get size(): number {
    return this.module.size();
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
    let result = this.module.scan(start, length, latest);
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
    this.view.setUint32(this.staging + MESSAGE_SIZE, end - this.staging, true);
    this.module.emit();
    this.refresh();
  }

  /**
   * Sorts what comes into buckets from now on, up to {@link endBuckets}. The part under way has to be finished.
   * @param firstIds the least user ids of all buckets but the first, in the order of lists
   */
  beginBuckets(firstIds: readonly string[], takeChunk: TakeChunk): void {
    this.takeChunk = takeChunk;
    const texts = firstIds.map((id) => Buffer.from(id));
    const ids = this.module.room(texts.reduce((sum, { length }) => sum + 4 + length, 0));
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
    this.module.beginBuckets(buckets, chunkBytes, ids);
    this.refresh();
  }

  /** Hands out all that is left in the buckets. What comes then goes into a part again. */
  endBuckets(): void {
    this.module.endBuckets();
    this.module.noBuckets();
    this.takeChunk = undefined;
    this.module.reset();
    this.refresh();
  }

  /** Adds the messages of a chunk to the part. */
  addChunk(bytes: number, read: (target: Uint8Array) => void): void {
    const start = this.module.room(bytes);
    this.refresh();
    read(this.bytes.subarray(start, start + bytes));
    this.module.addChunk(start, start + bytes);
    this.refresh();
  }

  /**
   * Ends the part and begins the next.
   * @param hasMessages whether the messages are kept beside what they come to
   */
  finish(hasMessages: boolean): FoldedBatchData {
    const { module } = this;
    const rows: Uint8Array<ArrayBuffer>[] = [];
    module.beginRows(hasMessages);
    while (module.nextRows() > 0) rows.push(this.copy(module.rowsStart(), module.rowsEnd()));
    const names = module.exportNames();
    const nameCount = module.nameCount();
    this.refresh();
    const namesStart = names + nameCount * NAME_ENTRY_BYTES;
    const namesEnd =
      nameCount === 0 ? names : namesStart + this.view.getUint32(namesStart - NAME_ENTRY_BYTES + NAME_END, true);
    const data = {
      customers: module.customerCount(),
      hasMessages,
      rows,
      names: this.copy(names, namesEnd),
      nameCount,
    };
    module.reset();
    this.refresh();
    return data;
  }

  private stageEvent({ userId, name, timestamp }: EventMessage): number {
    const at = this.stageUser(userId, timestamp);
    const length = this.bytes.write(name, at);
    this.view.setUint32(this.staging + MESSAGE_NAME_BYTES, length, true);
    return at + padded(length);
  }

  private stageAttributes({ userId, changes, timestamp }: AttributesMessage): number {
    let at = this.stageUser(userId, timestamp);
    this.view.setUint32(this.staging + MESSAGE_NAME_BYTES, IS_ATTRIBUTES, true);
    for (const { name, value } of changes) {
      const nameLength = this.bytes.write(name, at + PAIR_HEADER_BYTES);
      const valueStart = at + PAIR_HEADER_BYTES + padded(nameLength);
      const valueLength = value === null ? 0 : this.bytes.write(value, valueStart);
      this.view.setUint32(at + PAIR_NAME_BYTES, nameLength, true);
      this.view.setUint32(at + PAIR_VALUE_BYTES, valueLength, true);
      at = valueStart + padded(valueLength);
    }
    return at;
  }

  /** What all messages have, as assembly/spool.ts says. */
  private stageUser(userId: string, timestamp: number): number {
    const { view, staging } = this;
    const [a, b, c, d] = this.identifier.lanes;
    const length = this.bytes.write(userId, staging + MESSAGE_HEADER_BYTES);
    view.setUint32(staging + MESSAGE_TIME, timestamp, true);
    view.setInt32(staging + MESSAGE_IDENTITY, b, true);
    view.setInt32(staging + MESSAGE_IDENTITY + 4, a, true);
    view.setInt32(staging + MESSAGE_IDENTITY_LOW, d, true);
    view.setInt32(staging + MESSAGE_IDENTITY_LOW + 4, c, true);
    view.setUint32(staging + MESSAGE_USER_BYTES, length, true);
    return staging + MESSAGE_HEADER_BYTES + padded(length);
  }

  private copy(start: number, end: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.module.memory.buffer.slice(start, end));
  }

  /** The memory has another buffer when it has grown. */
  private refresh(): void {
    const { buffer } = this.module.memory;
    if (this.memory.buffer === buffer) return;
    this.memory = Buffer.from(buffer);
    this.view = new DataView(buffer);
    this.module.takeGrown();
  }
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
