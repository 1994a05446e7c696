import { Completion } from './completion.js';
import type { Position } from './line-reader.js';
import { Parser, SPOOLS, type Answer, type ParserOptions } from './parser.js';
import type { Part, ReadListener } from './parts.js';
import { spooledPart } from './spooled-part.js';
import { dividersOf, userIdsIn } from './user-sample.js';

/** Chunks that are on their way to the thread at a time. */
const CHUNKS_AHEAD = 4;
/** What has come by then is merged, however little it is: a stream may be slow. */
const CHECKPOINT_MS = 10_000;
/** How many buckets: nobody knows how much will come. */
const BUCKETS = 128;

export interface StreamPartsOptions extends ParserOptions {
  /** Bytes of the source between two checkpoints. */
  readonly spanBytes: number;
}

/**
 * The parts of a source that cannot be cut, read and folded by one thread. When the source breaks off, what was read of it
 * before comes as a part, and then the error.
 * @param head the first bytes, which show how customers can be divided
 * @param chunks all bytes, the head included
 */
export async function* streamParts(
  name: string,
  head: Buffer,
  chunks: AsyncIterable<Uint8Array>,
  start: Position,
  options: StreamPartsOptions,
  onRead: ReadListener,
  signal: AbortSignal | undefined,
): AsyncGenerator<Part> {
  const parser = new Parser(name, options, onRead);
  const completion = new Completion();
  const firstIds = dividersOf(userIdsIn(head), BUCKETS);
  const underWay: Promise<Answer>[] = [];
  const range = { number: 0, bytes: 0, isFull: false, until: 0 };
  let failure: { readonly error: unknown } | undefined;
  const spool = (): number => parser.spools[range.number % SPOOLS];
  const begin = (): void => {
    range.bytes = 0;
    range.isFull = false;
    range.until = performance.now() + CHECKPOINT_MS;
    parser.tell({ kind: 'begin', start, firstIds, spool: spool() });
  };
  const settle = async (most: number): Promise<void> => {
    while (underWay.length > most) {
      const [answer] = await Promise.all(underWay.splice(0, 1));
      if (answer.kind !== 'taken') throw new Error(`A thread that takes a chunk answered ${answer.kind}.`);
      onRead(answer);
      range.isFull ||= answer.isFull;
    }
  };
  const end = async (isLast: boolean): Promise<Part> => {
    await settle(0);
    const answer = await parser.ask({ kind: 'end', isLast });
    if (answer.kind !== 'read') throw new Error(`A thread that reads answered ${answer.kind}.`);
    return spooledPart([{ ...answer, spool: spool() }], firstIds.length + 1, 0, [parser], completion);
  };
  /** The chunks up to where the source breaks off. What breaks in the thread is another matter: then no part is whole. */
  async function* readable(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      failure = { error };
    }
  }
  try {
    begin();
    for await (const chunk of readable()) {
      underWay.push(parser.ask({ kind: 'chunk', bytes: chunk }));
      range.bytes += chunk.length;
      await settle(CHUNKS_AHEAD);
      if (signal?.aborted) break;
      const isDue = range.isFull || range.bytes >= options.spanBytes || performance.now() >= range.until;
      if (!isDue) continue;
      yield await end(false);
      range.number++;
      begin();
    }
    yield await end(!failure && !signal?.aborted);
    if (failure) throw failure.error;
  } finally {
    await parser.close();
  }
}
