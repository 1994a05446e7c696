import { ChunkSource, type Next } from '../sources/chunk-source.js';
import { Completion } from '../folding/completion.js';
import type { Position } from '../sources/line-reader.js';
import { Parser, SPOOLS, type ParserOptions } from './parser.js';
import { awaitParserThread } from './parser-threads.js';
import type { Stretch, ReadListener } from '../folding/stretches.js';
import { spooledStretch } from '../folding/spooled-stretch.js';
import { dividersOf, userIdsIn } from '../sources/user-sample.js';

/** Chunks that are on their way to the thread at a time. */
const CHUNKS_AHEAD = 4;
/** What has come by then is merged, however little it is: a stream may be slow. */
const CHECKPOINT_MS = 10_000;
/** The first bytes show how customers can be divided. */
const HEAD_BYTES = 1024 * 1024;
/** What has not come by then is no part of the first bytes. */
const HEAD_MS = 250;
/** How many buckets of a stream: nobody knows how much will come. */
const BUCKETS = 128;

export interface StreamPartsOptions extends ParserOptions {
  /** Bytes of the source between two checkpoints. */
  readonly spanBytes: number;
  /** Bytes of the source, where they are known. */
  readonly size?: number;
  /** How many of them should be in a bucket. */
  readonly bucketBytes: number;
}

/**
 * The parts of a source that is not cut, read and folded by one thread. When the source breaks off, what was read of it before
 * comes as a part, and then the error.
 * @param chunks its bytes from `start` on
 */
export async function* streamParts(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  start: Position,
  options: StreamPartsOptions,
  onRead: ReadListener,
  signal: AbortSignal | undefined,
): AsyncGenerator<Stretch> {
  const source = new ChunkSource(chunks, signal);
  const parser = new Parser(name, options, onRead, await awaitParserThread());
  const completion = new Completion();
  const underWay: Promise<void>[] = [];
  let firstIds: string[] = [];
  const range = { number: 0, bytes: 0, isFull: false, until: 0 };
  let isDone = false;
  const spool = (): number => parser.spools[range.number % SPOOLS];
  const begin = (): void => {
    range.bytes = 0;
    range.isFull = false;
    parser.tell({ kind: 'begin', start, firstIds, spool: spool() });
  };
  const take = async (bytes: Uint8Array): Promise<void> => {
    const answer = await parser.ask({ kind: 'chunk', bytes });
    if (answer.kind !== 'taken') throw new Error(`A thread that takes a chunk answered ${answer.kind}.`);
    onRead(answer);
    range.isFull ||= answer.isFull;
  };
  const push = async (bytes: Uint8Array): Promise<void> => {
    if (range.bytes === 0) range.until = performance.now() + CHECKPOINT_MS;
    range.bytes += bytes.length;
    const taking = take(bytes);
    // Whoever waits for it hears of a failure; another may have come before.
    taking.catch(() => undefined);
    underWay.push(taking);
    while (underWay.length > CHUNKS_AHEAD) await underWay.shift();
  };
  const end = async (isLast: boolean): Promise<Stretch> => {
    while (underWay.length > 0) await underWay.shift();
    const answer = await parser.ask({ kind: 'end', isLast });
    if (answer.kind !== 'read') throw new Error(`A thread that reads answered ${answer.kind}.`);
    return spooledStretch([{ ...answer, spool: spool() }], firstIds.length + 1, 0, [parser], completion);
  };
  try {
    const head = await readHead(source);
    firstIds = dividersOf(userIdsIn(Buffer.concat(head.chunks)), bucketsOf(head, options));
    begin();
    for (const chunk of head.chunks) await push(chunk);
    let next = head.end ?? (await source.next(range.until));
    while (next.kind !== 'end') {
      if (next.kind === 'chunk') await push(next.bytes);
      const isDue = range.isFull || range.bytes >= options.spanBytes || performance.now() >= range.until;
      if (isDue && range.bytes > 0) {
        yield await end(false);
        range.number++;
        begin();
      }
      next = await source.next(range.bytes > 0 ? range.until : Infinity);
    }
    yield await end(!next.failure && signal?.aborted !== true);
    if (next.failure) throw next.failure.error;
    isDone = true;
  } finally {
    source.close();
    await parser.close(isDone);
  }
}

interface Head {
  readonly chunks: Uint8Array[];
  /** Where there is no more. */
  readonly end: Extract<Next, { kind: 'end' }> | undefined;
}

async function readHead(source: ChunkSource): Promise<Head> {
  const chunks: Uint8Array[] = [];
  let until = Infinity;
  for (let bytes = 0; bytes < HEAD_BYTES;) {
    const next = await source.next(until);
    if (next.kind === 'end') return { chunks, end: next };
    if (next.kind === 'late') break;
    if (chunks.length === 0) until = performance.now() + HEAD_MS;
    chunks.push(next.bytes);
    bytes += next.bytes.length;
  }
  return { chunks, end: undefined };
}

function bucketsOf({ end }: Head, { size, bucketBytes }: StreamPartsOptions): number {
  if (end) return 1;
  return size === undefined ? BUCKETS : Math.ceil(size / bucketBytes);
}
