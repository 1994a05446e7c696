import { NAME_END, NAME_ENTRY_BYTES } from '../../domain/customer/batch-layout.js';
import type { FoldedBatchData } from '../../domain/customer/folded-batch.js';
import { MessageIdentifier } from '../../domain/message/message-identity.js';
import type { MessageSink } from '../../domain/message/message-sink.js';
import type { AttributesMessage, EventMessage, Message } from '../../domain/message/message.js';
import type { LineScanner, ScanResult } from '../scanning/line-scanner.js';
import { GROWN } from '../scanning/scan-result.js';
import {
  IS_ATTRIBUTES,
  MESSAGE_HEADER_BYTES,
  MESSAGE_IDENTITY,
  MESSAGE_IDENTITY_LOW,
  MESSAGE_NAME_BYTES,
  MESSAGE_SIZE,
  MESSAGE_TIME,
  MESSAGE_TIME_HIGH,
  MESSAGE_USER_BYTES,
  PAIR_HEADER_BYTES,
  PAIR_NAME_BYTES,
  PAIR_VALUE_BYTES,
} from './message-layout.js';
import { instantiate } from './wasm-module.js';

/** Takes a chunk of messages of one bucket. Its bytes are valid until this returns. */
export type TakeChunk = (bucket: number, chunk: Uint8Array) => void;

/** Size of all chunks of buckets together, in bytes: about that of the caches of a processor. */
const CHUNKS_BYTES = 8 * 1024 * 1024;
/** The smallest and the largest size of a chunk, in bytes: multiples of 8. */
const LEAST_CHUNK_BYTES = 8 * 1024;
const MOST_CHUNK_BYTES = 64 * 1024;

/**
 * Folds messages into one batch after the other, or sorts them into buckets first. The work is done in WebAssembly (see
 * ingestion/wasm/README.md), in a memory of its own, without an object or a string for each message.
 *
 * To fold messages that came without lines, a caller adds them, takes what {@link finish} returns as a `FoldedBatch`, and has it
 * applied by the repository.
 */
export class BatchBuilder implements MessageSink, LineScanner {
  private readonly module = instantiate((bucket, start, end) => {
    this.refresh();
    this.takeChunk?.(bucket, this.bytes.subarray(start, end));
  });
  private identifier: MessageIdentifier;
  /** The place of a chunk of a source: see `LineMemory`. */
  readonly chunkStart: number;
  private readonly staging: number;
  private takeChunk: TakeChunk | undefined;
  private memory = Buffer.from(new ArrayBuffer(0));
  private view = new DataView(new ArrayBuffer(0));

  /** @param hashKey four words, which the database keeps for ever: identities are hashed with them */
  constructor(hashKey: Readonly<Uint32Array>) {
    this.identifier = new MessageIdentifier(hashKey);
    this.module.setHashKey(hashKey[0], hashKey[1], hashKey[2], hashKey[3]);
    this.module.reset();
    this.chunkStart = this.module.chunkStart();
    this.staging = this.module.staging();
    this.refresh();
  }

  /** Forgets all messages and buckets, but keeps the memory. @param hashKey as of the constructor */
  restart(hashKey: Readonly<Uint32Array>): void {
    this.takeChunk = undefined;
    this.identifier = new MessageIdentifier(hashKey);
    this.module.setHashKey(hashKey[0], hashKey[1], hashKey[2], hashKey[3]);
    this.module.noBuckets();
    this.module.reset();
    this.refresh();
  }

  /** Bytes of memory that the batch under way takes. */
  get size(): number {
    return this.module.size();
  }

  /** The memory of the module. */
  get bytes(): Buffer {
    return this.memory;
  }

  scan(start: number, length: number, latest: number): ScanResult {
    let result = this.module.scan(start, length, latest);
    if (result >= GROWN) {
      result -= GROWN;
      this.refresh();
    }
    // Safe: GROWN was taken off, and no other results are left.
    return result as ScanResult;
  }

  get scannedData(): Uint8Array | undefined {
    const start = this.module.scannedDataStart();
    return start === 0 ? undefined : this.bytes.subarray(start, this.module.scannedDataEnd());
  }

  add(message: Message): void {
    this.identifier.identify(message);
    const end = message.type === 'event' ? this.stageEvent(message) : this.stageAttributes(message);
    this.view.setUint32(this.staging + MESSAGE_SIZE, end - this.staging, true);
    this.module.emit();
    this.refresh();
  }

  /**
   * Sorts messages into buckets from now on, up to {@link endBuckets}. The batch under way has to be finished.
   * @param firstIds the least user ids of all buckets but the first, in ascending order
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

  /** Hands out what is left in the buckets. Messages go into a batch again from now on. */
  endBuckets(): void {
    this.module.endBuckets();
    this.module.noBuckets();
    this.takeChunk = undefined;
    this.module.reset();
    this.refresh();
  }

  /**
   * Adds the messages of a chunk to the batch.
   * @param bytes size of the chunk
   * @param read writes the chunk into `target`
   */
  addChunk(bytes: number, read: (target: Uint8Array) => void): void {
    const start = this.module.room(bytes);
    this.refresh();
    read(this.bytes.subarray(start, start + bytes));
    this.module.addChunk(start, start + bytes);
    this.refresh();
  }

  /**
   * Ends the batch and begins the next.
   * @param hasMessages whether the rows hold the messages, too
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

  /** Writes what all messages have, as message-layout.ts describes; returns the place behind it. */
  private stageUser(userId: string, timestamp: number): number {
    const { view, staging } = this;
    const [a, b, c, d] = this.identifier.lanes;
    const length = this.bytes.write(userId, staging + MESSAGE_HEADER_BYTES);
    view.setUint32(staging + MESSAGE_TIME, timestamp % 2 ** 32, true);
    view.setUint16(staging + MESSAGE_TIME_HIGH, Math.floor(timestamp / 2 ** 32), true);
    view.setInt32(staging + MESSAGE_IDENTITY, b, true);
    view.setInt32(staging + MESSAGE_IDENTITY + 4, a, true);
    view.setInt32(staging + MESSAGE_IDENTITY_LOW, d, true);
    view.setInt32(staging + MESSAGE_IDENTITY_LOW + 4, c, true);
    view.setUint16(staging + MESSAGE_USER_BYTES, length, true);
    return staging + MESSAGE_HEADER_BYTES + padded(length);
  }

  private copy(start: number, end: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.module.memory.buffer.slice(start, end));
  }

  /** Renews the views of the memory if it has grown, as its buffer is another one then. */
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
