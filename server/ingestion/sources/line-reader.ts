import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LIMITS } from '../../domain/limits.js';
import { CARRIED_MARGIN_BYTES } from '../scanning/chunk-layout.js';

/** A position in a source: how many lines and bytes come before it. */
export interface Position {
  readonly lines: number;
  readonly bytes: number;
}

/** The memory in which chunks are read. */
export interface LineMemory {
  /** A new buffer after the memory has grown. */
  readonly bytes: Buffer;
  /** The place of a chunk: it may have CHUNK_BYTES from here on, and {@link CARRIED_BYTES} before it are room for a carried line. */
  readonly chunkStart: number;
}

/** A line, and where it is in the source and in the memory. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Bytes before it in the source. */
  readonly offset: number;
  /** Bytes up to the next line. */
  readonly end: number;
  /** Start of the line in the memory, after the byte-order mark if the source begins with one. */
  readonly start: number;
  /** Bytes without the line end; a line that is too long is cut off. */
  readonly length: number;
  readonly tooLong: boolean;
}

/** The most bytes kept of a line: the limit, a carriage return, and one byte more that proves it too long. */
const KEPT_BYTES = LIMITS.lineBytes + 2;
/** Room before a chunk, in bytes, for the beginning of a line that came with earlier chunks. */
export const CARRIED_BYTES = LIMITS.lineBytes + CARRIED_MARGIN_BYTES;
const CARRIAGE_RETURN = 13;
/** The character that readline sees in place of a carriage return: any that ends no line. */
const MASKED_CR = '\v';
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads a source line by line through `node:readline`, synchronously in the thread of its caller. A chunk is decoded as Latin-1, so
 * that one character is one byte: no line is split at U+2028, offsets count bytes, and a line stays where its bytes were put. Lines
 * end at `\n` or `\r\n`; a lone `\r` does not end one. At most the limit is held of a line that is too long.
 */
export class LineReader implements Line {
  number: number;
  offset: number;
  end: number;
  start = 0;
  length = 0;
  tooLong = false;
  private readonly input = new Readable({ objectMode: true, read: () => undefined });
  private readonly lines = createInterface({ input: this.input, crlfDelay: Infinity });
  private readonly guard = new LineGuard();
  /** Offsets of the chunk under way and of the next one in the source. */
  private chunkOffset: number;
  private received: number;
  /** Bytes of the line under way that lie before the chunk. */
  private carried = 0;

  /** @param take is called for every line, always with the same object */
  private constructor(
    private readonly memory: LineMemory,
    start: Position,
    take: (line: Line) => void,
  ) {
    this.number = start.lines;
    this.offset = start.bytes;
    this.end = start.bytes;
    this.chunkOffset = start.bytes;
    this.received = start.bytes;
    this.lines.on('line', (text) => {
      this.place(text.length);
      take(this);
    });
  }

  static async begin(memory: LineMemory, start: Position, take: (line: Line) => void): Promise<LineReader> {
    const reader = new LineReader(memory, start, take);
    // From the next turn of the event loop on, the stream hands on its chunks synchronously.
    await nextTurn();
    return reader;
  }

  /** Reads the chunk of this many bytes that was put into the memory. Every line that ends in it is taken when this returns. */
  push(bytes: number): void {
    const { memory } = this;
    this.chunkOffset = this.received;
    this.received += bytes;
    const text = this.guard.cut(memory.bytes.toString('latin1', memory.chunkStart, memory.chunkStart + bytes));
    if (text !== '') this.input.push(text.includes('\r') ? text.replaceAll('\r', MASKED_CR) : text);
    if (this.input.readableLength > 0) throw new Error('A chunk was not read at once.');
    this.carry(bytes);
  }

  /** Takes the last line if it has no line end. */
  async finish(): Promise<void> {
    this.chunkOffset = this.received;
    const closed = once(this.lines, 'close');
    this.input.push(null);
    await closed;
  }

  /** Takes no more lines. */
  close(): void {
    this.lines.close();
    this.input.destroy();
  }

  /** Moves on to the next line, of which this many bytes were kept. */
  private place(kept: number): void {
    const { chunkStart, bytes } = this.memory;
    const dropped = kept === KEPT_BYTES ? this.guard.takeDropped() : 0;
    this.number++;
    this.offset = this.end;
    // The last line may have no line end.
    this.end = Math.min(this.offset + kept + dropped + 1, this.received);
    this.start =
      this.offset < this.chunkOffset ? chunkStart - this.carried : chunkStart + this.offset - this.chunkOffset;
    this.length = kept > 0 && bytes[this.start + kept - 1] === CARRIAGE_RETURN ? kept - 1 : kept;
    this.tooLong = this.length > LIMITS.lineBytes;
    if (this.offset === 0 && bytes.subarray(this.start, this.start + this.length).indexOf(BYTE_ORDER_MARK) === 0) {
      this.start += BYTE_ORDER_MARK.length;
      this.length -= BYTE_ORDER_MARK.length;
    }
  }

  /** Moves the line that has no end yet before the place of the next chunk. */
  private carry(bytes: number): void {
    const { chunkStart, bytes: memory } = this.memory;
    const unfinished = this.received - this.end;
    if (unfinished <= bytes) {
      memory.copyWithin(chunkStart - unfinished, chunkStart + bytes - unfinished, chunkStart + bytes);
      this.carried = unfinished;
      return;
    }
    const more = Math.min(bytes, KEPT_BYTES - this.carried);
    memory.copyWithin(chunkStart - this.carried - more, chunkStart - this.carried, chunkStart + more);
    this.carried += more;
  }
}

/** Cuts long lines off at the limit, before readline would hold them. */
class LineGuard {
  /** Bytes of the line under way so far. */
  private length = 0;
  private readonly droppedOfLines: number[] = [];

  /** Takes the number of bytes that were cut off the next line that was cut. */
  takeDropped(): number {
    return this.droppedOfLines.shift() ?? 0;
  }

  cut(text: string): string {
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
