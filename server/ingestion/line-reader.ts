import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { LIMITS } from '../domain/limits.js';

/** Where to begin: how many lines and bytes come before the first chunk. */
export interface Position {
  readonly lines: number;
  readonly bytes: number;
}

/** What is let through of a line: the limit, a carriage return, and one byte more that proves it too long. */
const KEPT_BYTES = LIMITS.lineBytes + 2;
/** Lines that are handed on at once, at least where so many have come. */
const BATCH_LINES = 1_000;
/** U+010D has the low byte of a carriage return, and readline does not take it for a line end. */
const MASKED_CR = '\u010d';
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/**
 * Reads a source line by line, in batches, through `node:readline`. The stream is decoded as Latin-1, so that one character
 * is one byte, no line is split at U+2028, and an offset means something. Lines end at `\n` or `\r\n`; a lone `\r` does not end
 * one. Nothing is read ahead while a batch is not taken, and of a line that is too long no more than the limit is held.
 *
 * Whoever takes a batch calls {@link place} for each of its lines in turn: the fields then say where the line is.
 */
export class LineReader {
  /** Of the line placed last, from 1 on. */
  number: number;
  /** Bytes before it in the source. */
  offset: number;
  /** Bytes up to the next line. */
  end: number;
  tooLong = false;
  private readonly guard = new LineGuard();

  constructor(
    private readonly input: Readable,
    private readonly start: Position,
  ) {
    this.number = start.lines;
    this.offset = start.bytes;
    this.end = start.bytes;
  }

  /**
   * Moves on to the next line.
   * @param raw as it came in a batch
   * @returns the line without its line end and a byte-order mark at the beginning of the source, one character a byte: its
   *   low byte. Cut off where it is too long.
   */
  place(raw: string): string {
    const dropped = raw.length === KEPT_BYTES ? this.guard.takeDropped() : 0;
    this.offset = this.end;
    // The last line may have no line end.
    this.end = Math.min(this.offset + raw.length + dropped + 1, this.start.bytes + this.guard.bytes);
    this.number++;
    const first = this.number === 1 && raw.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    const last = raw.charCodeAt(raw.length - 1) === MASKED_CR.charCodeAt(0) ? raw.length - 1 : raw.length;
    this.tooLong = last > LIMITS.lineBytes;
    return first === 0 && last === raw.length ? raw : raw.slice(first, last);
  }

  async *batches(): AsyncGenerator<readonly string[]> {
    const { input } = this;
    const guarded = Readable.from(this.guard.pass(input), { objectMode: true, highWaterMark: 1 });
    const reader = createInterface({ input: guarded, crlfDelay: Infinity });
    let pending: string[] = [];
    let failure: Error | undefined;
    guarded.on('error', (error) => {
      failure = error;
      reader.close();
    });
    const closed = once(reader, 'close').then(() => 'closed' as const);
    let wake = (): void => undefined;
    reader.on('line', (text) => {
      pending.push(text);
      if (pending.length >= BATCH_LINES) reader.pause();
      wake();
    });
    try {
      for (let open = true; open || pending.length > 0;) {
        if (pending.length === 0) {
          const more = new Promise<'more'>((resolve) => (wake = () => resolve('more')));
          reader.resume();
          open = (await Promise.race([more, closed])) === 'more';
          continue;
        }
        const batch = pending;
        pending = [];
        yield batch;
      }
      if (failure) throw failure;
    } finally {
      reader.close();
      guarded.destroy();
      input.destroy();
    }
  }
}

/** Prepares chunks for readline: hides carriage returns from it and cuts what is over the limit out of long lines. */
class LineGuard {
  /** Bytes that came so far. */
  bytes = 0;
  /** Bytes of the line under way so far. */
  private length = 0;
  private readonly droppedOfLines: number[] = [];

  async *pass(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
    for await (const chunk of input) {
      this.bytes += chunk.length;
      const text = this.cut(chunk.toString('latin1'));
      if (text !== '') yield text.includes('\r') ? text.replaceAll('\r', MASKED_CR) : text;
    }
  }

  /** How much was cut out of the next line that was cut. */
  takeDropped(): number {
    return this.droppedOfLines.shift() ?? 0;
  }

  private cut(text: string): string {
    const firstEnd = text.indexOf('\n');
    if (this.length + (firstEnd < 0 ? text.length : firstEnd) < KEPT_BYTES && text.length < KEPT_BYTES) {
      const lastEnd = text.lastIndexOf('\n');
      this.length = lastEnd < 0 ? this.length + text.length : text.length - lastEnd - 1;
      return text;
    }
    let kept = '';
    for (let at = 0; at < text.length;) {
      const end = text.indexOf('\n', at);
      const until = end < 0 ? text.length : end;
      kept += this.keep(text.slice(at, until));
      if (end >= 0) {
        kept += '\n';
        this.length = 0;
      }
      at = until + 1;
    }
    return kept;
  }

  private keep(part: string): string {
    const room = Math.max(0, KEPT_BYTES - this.length);
    const before = this.length;
    this.length += part.length;
    if (this.length < KEPT_BYTES) return part;
    if (before < KEPT_BYTES) this.droppedOfLines.push(0);
    this.droppedOfLines[this.droppedOfLines.length - 1] += part.length - Math.min(room, part.length);
    return part.slice(0, room);
  }
}
