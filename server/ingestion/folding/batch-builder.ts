import { NAME_END, NAME_ENTRY_BYTES } from '../../domain/customer/batch-layout.js';
import type { FoldedBatchData } from '../../domain/customer/folded-batch.js';
import { MessageIdentifier } from '../../domain/message/message-identity.js';
import { WITHOUT_LINE, type LinePlace, type MessageSink } from '../../domain/message/message-sink.js';
import type { Message } from '../../domain/message/message.js';
import type { LineScanner, ScanResult } from '../scanning/line-scanner.js';
import { GROWN } from '../scanning/scan-result.js';
import { stageEntry, stageMessage, type Staging } from './staging.js';
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
  private readonly stagingStart: number;
  private takeChunk: TakeChunk | undefined;
  private memory: Staging = { bytes: Buffer.alloc(0), view: new DataView(new ArrayBuffer(0)), start: 0 };

  /**
   * @param hashKey four words, which the database keeps for ever: identities are hashed with them
   * @param logged the id of the ingestion, if the batches get an entry for the log of each message; undefined for no entries
   */
  constructor(
    hashKey: Readonly<Uint32Array>,
    private logged?: number,
  ) {
    this.identifier = new MessageIdentifier(hashKey);
    this.chunkStart = this.module.chunkStart();
    this.stagingStart = this.module.staging();
    this.restart(hashKey, logged);
  }

  /** Forgets all messages and buckets, but keeps the memory. The parameters are those of the constructor. */
  restart(hashKey: Readonly<Uint32Array>, logged?: number): void {
    this.takeChunk = undefined;
    this.identifier = new MessageIdentifier(hashKey);
    this.logged = logged;
    this.module.setHashKey(hashKey[0], hashKey[1], hashKey[2], hashKey[3]);
    if (logged === undefined) this.module.noLog();
    else this.module.keepLog(logged);
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
    return this.memory.bytes;
  }

  scan(start: number, length: number, latest: number, number: number, offset: number): ScanResult {
    let result = this.module.scan(start, length, latest, number, offset);
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

  add(message: Message, line: LinePlace = WITHOUT_LINE): void {
    this.identifier.identify(message);
    const end = stageMessage(this.memory, message, this.identifier.lanes);
    if (this.logged !== undefined) stageEntry(this.memory, end, message, this.logged, line);
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
      this.memory.view.setUint32(at, text.length, true);
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
   * @param linesBefore lines of the source before those that the messages were counted from
   */
  addChunk(bytes: number, read: (target: Uint8Array) => void, linesBefore = 0): void {
    const start = this.module.room(bytes);
    this.refresh();
    read(this.bytes.subarray(start, start + bytes));
    this.module.addChunk(start, start + bytes, linesBefore);
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
      nameCount === 0 ? names : namesStart + this.memory.view.getUint32(namesStart - NAME_ENTRY_BYTES + NAME_END, true);
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

  private copy(start: number, end: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.module.memory.buffer.slice(start, end));
  }

  /** Renews the views of the memory if it has grown, as its buffer is another one then. */
  private refresh(): void {
    const { buffer } = this.module.memory;
    if (this.memory.view.buffer === buffer) return;
    this.memory = { bytes: Buffer.from(buffer), view: new DataView(buffer), start: this.stagingStart };
    this.module.takeGrown();
  }
}
