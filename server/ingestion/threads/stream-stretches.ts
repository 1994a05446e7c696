import { ChunkSource, type Next } from '../sources/chunk-source.js';
import { handled } from '../../domain/handled.js';
import type { Completion } from '../folding/completion.js';
import type { RejectBudget } from '../folding/reject-budget.js';
import type { Position } from '../sources/line-reader.js';
import { ParserClient, SPOOLS, type ParserOptions } from './parser-client.js';
import type { Stretch, ReadListener } from '../folding/stretches.js';
import { spooledStretch } from '../folding/spooled-stretch.js';
import type { SourceSizes } from '../source-sizes.js';
import { dividersOf, userIdsIn } from '../sources/user-sample.js';

/** Chunks that may wait for the thread. */
const CHUNKS_AHEAD = 4;
/** The time after which the lines read so far are applied, however few, because a stream may be slow. */
const CHECKPOINT_MS = 10_000;
/** Time to wait, after the first chunk, for the rest of the head, from which customers are divided into buckets. */
const HEAD_MS = 250;
/** The number of buckets of a stream whose size is not known. */
const BUCKETS = 128;

export interface StreamOptions extends ParserOptions {
  readonly sizes: SourceSizes;
  /** Bytes of the source from `start` on; undefined if that is not known. */
  readonly size: number | undefined;
  readonly completion: Completion;
  readonly budget: RejectBudget;
}

/**
 * Reads and folds a source in one thread, in order. If the source breaks off, the lines before that are yielded first, and then the error
 * is thrown.
 * @param chunks the bytes of the source from `start` on
 */
export async function* streamStretches(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  start: Position,
  options: StreamOptions,
  onRead: ReadListener,
  signal: AbortSignal | undefined,
): AsyncGenerator<Stretch> {
  const source = new ChunkSource(chunks, signal);
  const parser = new ParserClient(name, options, onRead, await options.pool.takeSoon());
  const { completion, sizes, budget } = options;
  const spanBytes = sizes.spanBytes / 2;
  const underWay: Promise<void>[] = [];
  let firstIds: string[] = [];
  const range = { number: 0, bytes: 0, isFull: false, until: 0 };
  let isDone = false;
  const spool = (): number => parser.spools[range.number % SPOOLS];
  const begin = (): void => {
    range.bytes = 0;
    range.isFull = false;
    const most = { bucketBytes: sizes.customerBytes, rejectBytes: budget.left };
    parser.tell({ kind: 'begin', start, firstIds, spool: spool(), ...most });
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
    underWay.push(handled(take(bytes)));
    while (underWay.length > CHUNKS_AHEAD) await underWay.shift();
  };
  const end = async (isLast: boolean): Promise<Stretch> => {
    while (underWay.length > 0) await underWay.shift();
    const answer = await parser.ask({ kind: 'end', isLast });
    if (answer.kind !== 'read') throw new Error(`A thread that reads answered ${answer.kind}.`);
    return spooledStretch([{ ...answer, spool: spool() }], firstIds.length + 1, 0, [parser], completion, budget);
  };
  try {
    const head = await readHead(source, sizes.headBytes);
    firstIds = dividersOf(userIdsIn(Buffer.concat(head.chunks)), bucketsOf(head, options));
    begin();
    for (const chunk of head.chunks) await push(chunk);
    let next = head.end ?? (await source.next(range.until));
    while (next.kind !== 'end') {
      if (next.kind === 'chunk') await push(next.bytes);
      const isDue = range.isFull || range.bytes >= spanBytes || performance.now() >= range.until;
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
  /** Set if the source ended within the head. */
  readonly end: Extract<Next, { kind: 'end' }> | undefined;
}

async function readHead(source: ChunkSource, headBytes: number): Promise<Head> {
  const chunks: Uint8Array[] = [];
  let until = Infinity;
  for (let bytes = 0; bytes < headBytes;) {
    const next = await source.next(until);
    if (next.kind === 'end') return { chunks, end: next };
    if (next.kind === 'late') break;
    if (chunks.length === 0) until = performance.now() + HEAD_MS;
    chunks.push(next.bytes);
    bytes += next.bytes.length;
  }
  return { chunks, end: undefined };
}

function bucketsOf({ end }: Head, { size, sizes }: StreamOptions): number {
  if (end) return 1;
  return size === undefined ? BUCKETS : Math.ceil(size / sizes.bucketBytes);
}
