import { open, type FileHandle } from 'node:fs/promises';
import { Completion } from '../folding/completion.js';
import { Parser, SPOOLS, type ParserOptions } from './parser.js';
import type { ReadRequest } from './parser-protocol.js';
import type { Stretch, ReadListener } from '../folding/stretches.js';
import { unreadable } from '../sources/source.js';
import type { SpooledChunk } from '../folding/spool-file.js';
import { spooledStretch, type ReadBy } from '../folding/spooled-stretch.js';
import { dividersOf, userIdsIn } from '../sources/user-sample.js';

const CUT_BYTES = 64 * 1024;
const NEW_LINE = 10;
/** Where user ids are looked at to find out how to divide them: so many places of so many bytes. */
const SAMPLE_PLACES = 48;
const SAMPLE_BYTES = 16 * 1024;
/** Of what is left of a span, a thread takes one part in so many times the threads, and no less than so many bytes. */
const RANGES_OF_THE_REST = 1.5;
const LEAST_RANGE_BYTES = 4 * 1024 * 1024;

export interface PoolOptions extends ParserOptions {
  readonly threads: number;
  /** Bytes of the file between two checkpoints. */
  readonly spanBytes: number;
  /** Bytes of the file for every bucket. */
  readonly bucketBytes: number;
}

/** What was read of a span from its beginning on, and why there is no more. */
interface Span {
  readonly read: readonly ReadBy[];
  readonly buckets: number;
  readonly failure: Error | undefined;
}

type Outcome = ReadBy | { readonly failure: Error };

/**
 * Reads one file in threads, span by span. The threads read a range of the span each, and sort its messages into buckets of
 * customers; then they fold bucket after bucket, so that a customer is written once for all that the span says of it.
 */
export class ParserPool {
  private readonly parsers: Parser[] = [];
  private readonly completion = new Completion();

  /**
   * @param start offset of a line in the file
   * @param size bytes of the file to read
   */
  constructor(
    private readonly path: string,
    private readonly start: number,
    private readonly size: number,
    private readonly options: PoolOptions,
    private readonly onRead: ReadListener,
  ) {}

  /**
   * The spans in the order of the file.
   * @param lines how many come before `start`
   * @throws DomainError `source_unreadable`, after what came before it was handed on; `storage_full`
   */
  async *parts(lines: number, signal: AbortSignal | undefined): AsyncGenerator<Stretch> {
    const file = await open(this.path);
    const aborted = new Promise<undefined>((resolve) => {
      signal?.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    try {
      for (let i = 0; i < this.options.threads; i++) {
        this.parsers.push(new Parser(this.path, this.options, this.onRead));
      }
      let start = this.start;
      let next = this.readSpan(file, start, 0);
      for (let number = 1; !signal?.aborted; number++) {
        const span = await Promise.race([next, aborted]);
        if (!span) return;
        const { read, failure, buckets } = span;
        const end = read.at(-1)?.end ?? start;
        if (!failure && end === start) throw unreadable(this.path, new Error('it has become shorter meanwhile'));
        // Where threads have no more to fold they read on, while what they have folded is merged.
        let reading: Promise<Span> | undefined;
        const readOn = (): Promise<Span> => (reading ??= this.readSpan(file, end, number % SPOOLS));
        const hasMore = !failure && end < this.size;
        if (read.length > 0)
          yield spooledStretch(read, buckets, lines, this.parsers, this.completion, hasMore ? readOn : undefined);
        if (failure) throw failure;
        if (!hasMore) return;
        lines += read.reduce((sum, { counts }) => sum + counts.lines, 0);
        start = end;
        next = readOn();
      }
    } finally {
      await Promise.all([file.close(), ...this.parsers.map((parser) => parser.close())]);
    }
  }

  /** Reads the span from `start` on. */
  private readSpan(file: FileHandle, start: number, spool: number): Promise<Span> {
    const span = this.readRanges(file, start, spool);
    // Whoever waits for it hears of a failure; who has another one before does not wait.
    span.catch(() => undefined);
    return span;
  }

  private async readRanges(file: FileHandle, start: number, spool: number): Promise<Span> {
    const end = await this.cut(file, start + this.options.spanBytes);
    const firstIds = await this.divide(file, start, end);
    const buckets = firstIds.length + 1;
    const ranges = await this.cutRanges(file, start, end);
    const outcomes: Outcome[] = [];
    let next = 0;
    const readOn = async (parser: Parser): Promise<void> => {
      for (let spoolStart = 0; next < ranges.length;) {
        const at = next++;
        const range = { path: this.path, ...ranges[at], firstIds, spool: parser.spools[spool], spoolStart };
        const outcome = await readRange(parser, range);
        outcomes[at] = outcome;
        // What lies behind a gap is read again with the next span.
        if ('failure' in outcome || outcome.end < range.end) next = ranges.length;
        else spoolStart = endOf(outcome.chunks.at(-1)) ?? spoolStart;
      }
    };
    await Promise.all(this.parsers.map(readOn));
    const read: ReadBy[] = [];
    for (const [at, outcome] of outcomes.entries()) {
      if ('failure' in outcome) return { read, buckets, failure: outcome.failure };
      read.push(outcome);
      if (outcome.end < ranges[at].end) break;
    }
    return { read, buckets, failure: undefined };
  }

  /** Large ranges first and small ones at the end, so that no thread has to wait long for another. */
  private async cutRanges(file: FileHandle, start: number, end: number): Promise<{ start: number; end: number }[]> {
    const ranges: { start: number; end: number }[] = [];
    const share = 1 / (RANGES_OF_THE_REST * this.options.threads);
    while (start < end) {
      const bytes = Math.max(LEAST_RANGE_BYTES, Math.ceil((end - start) * share));
      const rangeEnd = Math.min(end, await this.cut(file, start + bytes));
      ranges.push({ start, end: rangeEnd });
      start = rangeEnd;
    }
    return ranges;
  }

  private async divide(file: FileHandle, start: number, end: number): Promise<string[]> {
    const sample: string[] = [];
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    const places = Math.min(SAMPLE_PLACES, Math.ceil((end - start) / SAMPLE_BYTES));
    for (let place = 0; place < places; place++) {
      const at = start + Math.floor(((end - start) * place) / places);
      const { bytesRead } = await file.read(buffer, 0, Math.min(SAMPLE_BYTES, end - at), at);
      sample.push(...userIdsIn(buffer.subarray(0, bytesRead)));
    }
    return dividersOf(sample, Math.ceil((end - start) / this.options.bucketBytes));
  }

  /** The first beginning of a line at or after `position`; the end of the file when there is none. */
  private async cut(file: FileHandle, position: number): Promise<number> {
    const buffer = Buffer.alloc(CUT_BYTES);
    for (let at = position - 1; at < this.size; at += CUT_BYTES) {
      const { bytesRead } = await file.read(buffer, 0, CUT_BYTES, at);
      const found = buffer.subarray(0, bytesRead).indexOf(NEW_LINE);
      if (found >= 0) return Math.min(at + found + 1, this.size);
      if (bytesRead === 0) break;
    }
    return this.size;
  }
}

async function readRange(parser: Parser, range: Omit<ReadRequest, 'kind'>): Promise<Outcome> {
  try {
    const answer = await parser.ask({ kind: 'read', ...range });
    if (answer.kind !== 'read') throw new Error(`A thread that reads answered ${answer.kind}.`);
    return { ...answer, spool: range.spool };
  } catch (error) {
    // Safe: errorOf() and the thread's own error event give nothing else.
    return { failure: error as Error };
  }
}

function endOf(chunk: SpooledChunk | undefined): number | undefined {
  return chunk && chunk.offset + chunk.bytes;
}
