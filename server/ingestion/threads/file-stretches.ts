import { open, type FileHandle } from 'node:fs/promises';
import { handled } from '../../domain/handled.js';
import type { Completion } from '../folding/completion.js';
import type { RejectBudget } from '../folding/reject-budget.js';
import { ParserClient, SPOOLS, type ParserOptions } from './parser-client.js';
import type { ReadRequest } from './parser-protocol.js';
import type { Stretch, ReadListener } from '../folding/stretches.js';
import { unreadable } from '../sources/source.js';
import type { SpooledChunk } from '../folding/spool-file.js';
import { spooledStretch, type ReadBy } from '../folding/spooled-stretch.js';
import type { SourceSizes } from '../source-sizes.js';
import { dividersOf, greatestShare, userIdsIn } from '../sources/user-sample.js';

const CUT_BYTES = 64 * 1024;
const NEW_LINE = 10;
/** The number and size (bytes) of the places in a span whose user ids are the sample for dividing its customers into buckets. */
const SAMPLE_PLACES = 48;
const SAMPLE_BYTES = 16 * 1024;
/** The next range of a span is the rest of the span divided by this number times the number of threads, but at least `rangeBytes`. */
const RANGES_OF_THE_REST = 1.5;

export interface FileOptions extends ParserOptions {
  readonly threads: number;
  readonly sizes: SourceSizes;
  readonly completion: Completion;
  readonly budget: RejectBudget;
}

/** The ranges of a span that were read without a gap from its beginning, and the failure that ended them, if any. */
interface Span {
  readonly read: readonly ReadBy[];
  readonly buckets: number;
  readonly failure: Error | undefined;
}

type Outcome = ReadBy | { readonly failure: Error };

/**
 * Reads one file in several threads, span by span. Each thread reads ranges of the span and sorts their messages into buckets of
 * customers. Then the threads fold bucket after bucket, so that each customer of the span is written once.
 */
export class FileStretches {
  private readonly parsers: ParserClient[] = [];

  /**
   * @param start offset of a line in the file
   * @param size bytes of the file to read
   */
  constructor(
    private readonly path: string,
    private readonly start: number,
    private readonly size: number,
    private readonly options: FileOptions,
    private readonly onRead: ReadListener,
  ) {}

  /**
   * Yields the spans in the order of the file.
   * @param lines the number of lines before `start`
   * @throws DomainError `source_unreadable`, after the lines before the failure were yielded; `storage_full`
   */
  async *read(lines: number, signal: AbortSignal | undefined): AsyncGenerator<Stretch> {
    const file = await open(this.path);
    const aborted = new Promise<undefined>((resolve) => {
      signal?.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    try {
      for (let i = 0; i < this.options.threads; i++) {
        this.parsers.push(new ParserClient(this.path, this.options, this.onRead));
      }
      let start = this.start;
      let next = this.readSpan(file, start, 0);
      for (let number = 1; !signal?.aborted; number++) {
        const span = await Promise.race([next, aborted]);
        if (!span) return;
        const { read, failure, buckets } = span;
        const end = read.at(-1)?.end ?? start;
        if (!failure && end === start) throw unreadable(this.path, new Error('it has become shorter meanwhile'));
        // Threads that have nothing left to fold read the next span while folded batches are applied.
        let reading: Promise<Span> | undefined;
        const readOn = (): Promise<Span> => (reading ??= this.readSpan(file, end, number % SPOOLS));
        const hasMore = !failure && end < this.size;
        if (read.length > 0)
          yield spooledStretch(
            read,
            buckets,
            lines,
            this.parsers,
            this.options.completion,
            this.options.budget,
            hasMore ? readOn : undefined,
          );
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

  private readSpan(file: FileHandle, start: number, spool: number): Promise<Span> {
    return handled(this.readRanges(file, start, spool));
  }

  private async readRanges(file: FileHandle, start: number, spool: number): Promise<Span> {
    const { end, sample } = await this.chooseEnd(file, start);
    const { bucketBytes, customerBytes } = this.options.sizes;
    const firstIds = dividersOf(sample, Math.ceil((end - start) / bucketBytes));
    const buckets = firstIds.length + 1;
    const ranges = await this.cutRanges(file, start, end);
    const outcomes: Outcome[] = [];
    let next = 0;
    const readOn = async (parser: ParserClient): Promise<void> => {
      for (let spoolStart = 0; next < ranges.length;) {
        const at = next++;
        const kept = { spool: parser.spools[spool], spoolStart, rejectBytes: this.options.budget.left };
        const range = { path: this.path, ...ranges[at], firstIds, bucketBytes: customerBytes, ...kept };
        const outcome = await readRange(parser, range);
        outcomes[at] = outcome;
        // Lines after a gap are read again with the next span.
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

  /** Cuts a span into ranges, large ones first and small ones last, so that no thread waits long for another at the end. */
  private async cutRanges(file: FileHandle, start: number, end: number): Promise<{ start: number; end: number }[]> {
    const ranges: { start: number; end: number }[] = [];
    const share = 1 / (RANGES_OF_THE_REST * this.options.threads);
    while (start < end) {
      const bytes = Math.max(this.options.sizes.rangeBytes, Math.ceil((end - start) * share));
      const rangeEnd = Math.min(end, await this.cut(file, start + bytes));
      ranges.push({ start, end: rangeEnd });
      start = rangeEnd;
    }
    return ranges;
  }

  /** Chooses the end of a span, and takes a sample of it. The span is shorter if it has too much of one customer. */
  private async chooseEnd(file: FileHandle, start: number): Promise<{ end: number; sample: string[] }> {
    const { spanBytes, customerBytes } = this.options.sizes;
    for (let end = await this.cut(file, start + spanBytes); ;) {
      const sample = await this.sample(file, start, end);
      const most = start + Math.ceil(customerBytes / greatestShare(sample));
      const shorter = most < end ? await this.cut(file, most) : end;
      if (shorter >= end) return { end, sample };
      end = shorter;
    }
  }

  private async sample(file: FileHandle, start: number, end: number): Promise<string[]> {
    const sample: string[] = [];
    const buffer = Buffer.alloc(SAMPLE_BYTES);
    const places = Math.min(SAMPLE_PLACES, Math.ceil((end - start) / SAMPLE_BYTES));
    for (let place = 0; place < places; place++) {
      const at = start + Math.floor(((end - start) * place) / places);
      const { bytesRead } = await file.read(buffer, 0, Math.min(SAMPLE_BYTES, end - at), at);
      sample.push(...userIdsIn(buffer.subarray(0, bytesRead)));
    }
    return sample;
  }

  /** Returns the offset of the first line that begins at or after `position`; the end of the file when there is none. */
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

async function readRange(parser: ParserClient, range: Omit<ReadRequest, 'kind'>): Promise<Outcome> {
  try {
    const answer = await parser.ask({ kind: 'read', ...range });
    if (answer.kind !== 'read') throw new Error(`A thread that reads answered ${answer.kind}.`);
    return { ...answer, spool: range.spool };
  } catch (error) {
    // Safe: a request is rejected only with an error of errorOf() or of the thread's error event.
    return { failure: error as Error };
  }
}

function endOf(chunk: SpooledChunk | undefined): number | undefined {
  return chunk && chunk.offset + chunk.bytes;
}
