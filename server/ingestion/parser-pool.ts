import { open, type FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { MessageIdentifier } from '../domain/message-identity.js';
import { PartialSummary } from '../domain/partial-summary.js';
import type { FromParser, ParserData, ToParser } from './parser-protocol.js';
import type { Part, ReadListener } from './parts.js';
import { unreadable } from './source.js';

/** Bytes of a file for every byte of a part: how much a range may have, so that it mostly makes one part. */
const RANGE_PER_PART_BYTE = 2.2;
const LEAST_RANGE_BYTES = 4 * 1024 * 1024;
const CUT_BYTES = 64 * 1024;
const NEW_LINE = 10;

let parserFile: URL | undefined;

/** Says where the file of the parser threads is. Without it, sources are read in the thread that asks. */
export function useParserThreads(file: URL): void {
  parserFile = file;
}

/** True when {@link useParserThreads} was called. */
export function hasParserThreads(): boolean {
  return parserFile !== undefined;
}

/** A stretch of whole lines of a file. */
interface Range {
  readonly parts: Part[];
  complete: boolean;
  /** Lines of the parts of it that were handed on. */
  lines: number;
}

interface Parser {
  readonly thread: Worker;
  range: Range | undefined;
  /** It has sent a part, and waits until it may make another. */
  waiting: boolean;
}

/** Folds ranges of one file in threads, and hands the parts on in the order of the file. */
export class ParserPool {
  private readonly parsers: Parser[] = [];
  private readonly ranges: Range[] = [];
  private readonly identifier: MessageIdentifier;
  private nextStart: number;
  private outstandingBytes = 0;
  private failure: Error | undefined;
  private wake = (): void => undefined;

  /**
   * @param start offset of a line in the file
   * @param size bytes of the file to read
   * @param outstandingMost bytes of memory that parts may have which are not merged yet
   */
  constructor(
    private readonly path: string,
    start: number,
    private readonly size: number,
    private readonly threads: number,
    private readonly data: ParserData,
    private readonly outstandingMost: number,
    private readonly onRead: ReadListener,
  ) {
    this.nextStart = start;
    this.identifier = new MessageIdentifier(data.identityKey);
  }

  /**
   * The parts in the order of the file, as many at a time as memory allows: a customer is written once for all of them.
   * @throws DomainError `source_unreadable`, after the parts before it were handed on
   */
  async *parts(lines: number, signal: AbortSignal | undefined): AsyncGenerator<Part[]> {
    const file = await open(this.path);
    const stop = (): void => this.wake();
    signal?.addEventListener('abort', stop);
    try {
      for (let i = 0; i < this.threads; i++) this.start();
      let firstLine = lines;
      for (;;) {
        await this.assign(file);
        const done = this.isDone();
        if (done || this.failure || signal?.aborted || this.outstandingBytes >= this.outstandingMost) {
          const ready = this.takeReady(firstLine);
          if (ready.length > 0) {
            firstLine += ready.reduce((sum, part) => sum + part.counts.lines, 0);
            yield ready;
            this.release();
          }
          if (done || signal?.aborted) return;
          if (this.failure) throw this.failure;
          if (ready.length > 0) continue;
        }
        await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      await Promise.all([file.close(), ...this.parsers.map(({ thread }) => thread.terminate())]);
    }
  }

  private start(): void {
    if (!parserFile) throw new Error('There is no file of parser threads.');
    const thread = new Worker(parserFile, { workerData: this.data });
    const parser: Parser = { thread, range: undefined, waiting: false };
    thread.on('message', (message: FromParser) => this.receive(parser, message));
    thread.on('error', (error) => {
      this.failure ??= error;
      this.wake();
    });
    this.parsers.push(parser);
  }

  private receive(parser: Parser, message: FromParser): void {
    switch (message.kind) {
      case 'progress':
        this.onRead(message);
        return;
      case 'failed':
        this.failure ??= unreadable(this.path, Object.assign(new Error(message.message), { code: message.code }));
        break;
      case 'part': {
        const partial = PartialSummary.import(message.partial, this.identifier);
        parser.range?.parts.push({ partial, counts: message.counts, rejects: message.rejects });
        this.outstandingBytes += partial.size;
        if (message.last && parser.range) {
          parser.range.complete = true;
          parser.range = undefined;
        } else parser.waiting = true;
        this.release();
        break;
      }
      default:
        message satisfies never;
    }
    this.wake();
  }

  /** Lets those go on that wait for memory; the one whose range comes first always can. */
  private release(): void {
    const first = this.ranges.find((range) => !range.complete);
    for (const parser of this.parsers) {
      const isFirst = parser.range === first && first?.parts.length === 0;
      if (!parser.waiting || (this.outstandingBytes >= this.outstandingMost && !isFirst)) continue;
      parser.waiting = false;
      parser.thread.postMessage({ kind: 'continue' } satisfies ToParser);
    }
  }

  private async assign(file: FileHandle): Promise<void> {
    for (const parser of this.parsers) {
      if (parser.range || this.nextStart >= this.size) continue;
      const idle = this.parsers.every(({ range }) => range === undefined);
      if (this.outstandingBytes >= this.outstandingMost && !idle) return;
      const start = this.nextStart;
      const end = await this.cut(file, start + this.rangeBytes());
      const range: Range = { parts: [], complete: false, lines: 0 };
      parser.range = range;
      this.ranges.push(range);
      this.nextStart = end;
      parser.thread.postMessage({ kind: 'range', path: this.path, start, end } satisfies ToParser);
    }
  }

  private rangeBytes(): number {
    const share = Math.ceil(this.size / this.threads);
    return Math.max(LEAST_RANGE_BYTES, Math.min(share, Math.ceil(this.data.partBytes * RANGE_PER_PART_BYTE)));
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

  private isDone(): boolean {
    return this.nextStart >= this.size && this.ranges.every((range) => range.complete);
  }

  /** Takes the parts that no earlier one is missing for; the lines of their rejects become those of the file. */
  private takeReady(firstLine: number): Part[] {
    const ready: Part[] = [];
    let before = firstLine;
    while (this.ranges.length > 0) {
      const [range] = this.ranges;
      const rangeStart = before - range.lines;
      for (const { partial, counts, rejects } of range.parts.splice(0)) {
        ready.push({
          partial,
          counts,
          rejects: rejects.map((reject) => ({ ...reject, line: reject.line + rangeStart })),
        });
        this.outstandingBytes -= partial.size;
        before += counts.lines;
        range.lines += counts.lines;
      }
      if (!range.complete) break;
      this.ranges.shift();
    }
    return ready;
  }
}
