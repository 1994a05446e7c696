import { open, type FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { DomainError } from '../domain/errors.js';
import { addCounts, noCounts, type Reject } from '../domain/ingestion.js';
import { PartialSummary, type PartialData } from '../domain/partial-summary.js';
import type { FromParser, RangeRead, ToParser } from './parser-protocol.js';
import type { Part, ReadListener } from './parts.js';
import { unreadable } from './source.js';
import { closeSpoolFile, openSpoolFile } from './spool-file.js';
import { dividersOf, userIdsIn } from './user-sample.js';

const CUT_BYTES = 64 * 1024;
const NEW_LINE = 10;
/** Where user ids are looked at to find out how to divide them: so many places of so many bytes. */
const SAMPLE_PLACES = 48;
const SAMPLE_BYTES = 16 * 1024;
/** Buckets that a thread may have folded before they are merged. */
const FOLDED_AHEAD = 2;

let parserFile: URL | undefined;

/** Says where the file of the parser threads is. Without it, sources are read in the thread that asks. */
export function useParserThreads(file: URL): void {
  parserFile = file;
}

/** True when {@link useParserThreads} was called. */
export function hasParserThreads(): boolean {
  return parserFile !== undefined;
}

export interface PoolOptions {
  readonly threads: number;
  readonly identityKey: Uint32Array;
  /** Where the spool files are. */
  readonly spoolFolder: string;
  /** Bytes of the file between two checkpoints. */
  readonly spanBytes: number;
  /** Bytes of the file for every bucket. */
  readonly bucketBytes: number;
}

type Answer = Exclude<FromParser, { kind: 'progress' }>;

interface Parser {
  readonly thread: Worker;
  readonly spool: number;
  /** Those who wait for an answer, in the order of their requests. */
  readonly waiting: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[];
}

/** Lines of the file, and the thread that has read them. */
interface ReadBy extends RangeRead {
  readonly parser: Parser;
}

/**
 * Reads one file in threads, span by span. The threads read a range of the span each, and sort its messages into buckets of
 * customers; then they fold bucket after bucket, so that a customer is written once for all that the span says of it.
 */
export class ParserPool {
  private readonly parsers: Parser[] = [];
  private withMessages = false;

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
  async *parts(lines: number, signal: AbortSignal | undefined): AsyncGenerator<Part> {
    const file = await open(this.path);
    const aborted = new Promise<undefined>((resolve) => {
      signal?.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    try {
      for (let i = 0; i < this.options.threads; i++) this.startThread();
      for (let start = this.start; start < this.size && !signal?.aborted;) {
        const end = await this.cut(file, start + this.options.spanBytes);
        const firstIds = await this.divide(file, start, end);
        const reading = this.readSpan(file, start, end, firstIds);
        const span = await Promise.race([reading, aborted]);
        if (!span) return;
        const { read, failure } = span;
        if (read.length > 0) yield this.partOf(read, firstIds.length + 1, lines);
        if (failure) throw failure;
        lines += read.reduce((sum, { counts }) => sum + counts.lines, 0);
        start = read[read.length - 1].end;
      }
    } finally {
      await Promise.all([file.close(), ...this.parsers.map(({ thread }) => thread.terminate())]);
      for (const { spool } of this.parsers) closeSpoolFile(spool);
    }
  }

  private startThread(): void {
    if (!parserFile) throw new Error('There is no file of parser threads.');
    const spool = openSpoolFile(this.options.spoolFolder);
    const thread = new Worker(parserFile, { workerData: { identityKey: this.options.identityKey, spool } });
    const parser: Parser = { thread, spool, waiting: [] };
    thread.on('message', (message: FromParser) => {
      if (message.kind === 'progress') this.onRead(message);
      else if (message.kind === 'failed') parser.waiting.shift()?.reject(this.errorOf(message));
      else parser.waiting.shift()?.resolve(message);
    });
    thread.on('error', (error) => {
      for (const { reject } of parser.waiting.splice(0)) reject(error);
    });
    this.parsers.push(parser);
  }

  private ask(parser: Parser, request: ToParser): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => parser.waiting.push({ resolve, reject }));
    // Whoever waits for it hears of a failure; another may have come before.
    answer.catch(() => undefined);
    parser.thread.postMessage(request);
    return answer;
  }

  /** What was read of a span from its beginning on, and why there is no more. */
  private async readSpan(
    file: FileHandle,
    start: number,
    end: number,
    firstIds: readonly string[],
  ): Promise<{ read: readonly ReadBy[]; failure: Error | undefined }> {
    const answers: { parser: Parser; end: number; answer: Promise<Answer> }[] = [];
    const share = Math.ceil((end - start) / this.parsers.length);
    for (const parser of this.parsers) {
      const rangeEnd = Math.min(end, await this.cut(file, start + share));
      if (rangeEnd === start) break;
      const answer = this.ask(parser, { kind: 'read', path: this.path, start, end: rangeEnd, firstIds });
      answers.push({ parser, end: rangeEnd, answer });
      start = rangeEnd;
    }
    const read: ReadBy[] = [];
    const settled = await Promise.allSettled(answers.map(({ answer }) => answer));
    for (const [i, outcome] of settled.entries()) {
      // Safe: errorOf() and the thread's own error event give nothing else.
      if (outcome.status === 'rejected') return { read, failure: outcome.reason as Error };
      if (outcome.value.kind !== 'read') throw new Error(`A thread that reads answered ${outcome.value.kind}.`);
      read.push({ ...outcome.value, parser: answers[i].parser });
      // What others have read behind a gap is read again with the next span.
      if (outcome.value.end < answers[i].end) break;
    }
    return { read, failure: undefined };
  }

  private partOf(read: readonly ReadBy[], buckets: number, linesBefore: number): Part {
    const counts = noCounts();
    const rejects: Reject[] = [];
    for (const range of read) {
      const before = linesBefore + counts.lines;
      for (const reject of range.rejects) rejects.push({ ...reject, line: reject.line + before });
      addCounts(counts, range.counts);
    }
    return { partials: { [Symbol.asyncIterator]: () => this.fold(read, buckets) }, counts, rejects };
  }

  /** The buckets in the order of lists. Some are folded ahead while the one before is used. */
  private async *fold(read: readonly ReadBy[], buckets: number): AsyncGenerator<PartialSummary> {
    const spools = Array.from({ length: buckets }, (_, bucket) =>
      read.map(({ parser, chunks }) => ({
        spool: parser.spool,
        chunks: chunks.filter((chunk) => chunk.bucket === bucket),
      })),
    );
    const fold = (bucket: number): Promise<Answer> =>
      this.ask(this.parsers[bucket % this.parsers.length], {
        kind: 'fold',
        spools: spools[bucket],
        withMessages: this.withMessages,
      });
    const answers: Promise<Answer>[] = [];
    let asked = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      for (; asked < Math.min(buckets, bucket + FOLDED_AHEAD * this.parsers.length); asked++) answers.push(fold(asked));
      // Taken out, so that it is not held while it is merged.
      const [answer] = answers.splice(0, 1);
      const data = folded(await answer);
      yield new PartialSummary(data, async () => {
        // Where one customer is known others are: from now on the messages come at once.
        this.withMessages = true;
        return new PartialSummary(folded(await fold(bucket)));
      });
    }
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

  private errorOf({ what, message, code }: Extract<FromParser, { kind: 'failed' }>): Error {
    if (what === 'storage') return new DomainError('storage_full', message);
    if (what === 'source') return unreadable(this.path, Object.assign(new Error(message), { code }));
    return new Error(message);
  }
}

function folded(answer: Answer): PartialData {
  if (answer.kind !== 'folded') throw new Error(`A thread that folds answered ${answer.kind}.`);
  return answer.partial;
}
