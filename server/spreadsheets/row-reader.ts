import { parse, type Parser } from 'csv-parse';
import type { SheetDelimiter, UnreadableRow } from '../domain/import/sheet.js';

/** A line of cells, or several lines if a cell in quotes holds line ends. */
export interface RawRow {
  /** The line at which it begins, from 1. */
  readonly line: number;
  /** A row with a fault has one cell: its beginning as it stands in the file. */
  readonly cells: readonly string[];
  readonly fault?: UnreadableRow;
}

/** The most bytes of a row as UTF-8, without delimiters. An attribute has at most 10 000. */
const ROW_BYTES = 1024 * 1024;
/** The most characters that are kept of a row with a fault. */
const KEPT_CHARACTERS = 32 * 1024;
/** Quotes without an end for which the lines behind them are read anew. Each costs as much as a row of the greatest size. */
const MOST_RESCUES = 64;
const LINE_ENDS = /\r\n|\n|\r/g;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Reads rows of CSV from pieces of text. A line ends with CRLF, LF or CR. A quote that does not begin a cell, or that text follows, is an
 * ordinary character. Of a quote without an end only its line is lost: the lines behind it are read again. It holds one row in memory.
 */
export class RowReader {
  private parser: Parser;
  private rows: RawRow[] = [];
  private line = 1;
  /** Bytes that no complete row holds yet. */
  private pending: Buffer[] = [];
  /** The bytes that the parser got before `pending`, and up to the end of the last row. */
  private start = 0;
  private end = 0;
  private rescues = 0;
  /** A CR at the end of the last piece. */
  private held = '';
  /** True within a line that is too long. */
  private isSkipping = false;

  constructor(
    private readonly delimiter: SheetDelimiter,
    private readonly rowBytes = ROW_BYTES,
  ) {
    this.parser = this.newParser();
  }

  /** @returns the rows that end in the piece */
  async read(piece: string): Promise<readonly RawRow[]> {
    const text = this.held + piece;
    // A line feed may follow.
    this.held = text.endsWith('\r') ? '\r' : '';
    await this.take(Buffer.from(text.slice(0, text.length - this.held.length)));
    return this.taken();
  }

  /** @returns the last row, if it has no line end */
  async finish(): Promise<readonly RawRow[]> {
    await this.take(Buffer.from(this.held));
    while (await failed((done) => this.parser.end(done))) await this.rescue(true);
    this.parser.destroy();
    return this.taken();
  }

  private taken(): readonly RawRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  private async take(bytes: Buffer): Promise<void> {
    const text = this.isSkipping ? this.skip(bytes) : bytes;
    if (text.length === 0) return;
    this.pending.push(text);
    const hasFailed = await failed((done) => this.parser.write(text, done));
    this.dropRead();
    if (hasFailed) await this.rescue(false);
  }

  /** Drops the bytes of complete rows. */
  private dropRead(): void {
    while (this.start < this.end) {
      const [first] = this.pending;
      const done = Math.min(first.length, this.end - this.start);
      this.start += done;
      if (done === first.length) this.pending.shift();
      else this.pending[0] = first.subarray(done);
    }
  }

  /** Goes on behind a row that is too long or has a quote without an end. */
  private async rescue(isEnd: boolean): Promise<void> {
    const bytes = Buffer.concat(this.pending);
    const lineEnd = endOfLine(bytes);
    // A row goes on behind the end of its first line only in quotes.
    const fault = lineEnd === undefined && !isEnd ? 'row_too_long' : 'unclosed_quote';
    const isRescued = lineEnd !== undefined && this.rescues++ < MOST_RESCUES;
    const lost = isRescued ? lineEnd : bytes.length;
    const text = bytes.subarray(0, Math.min(lost, KEPT_CHARACTERS * 3)).toString();
    const kept = isRescued ? text.replace(/\r\n|[\r\n]$/, '') : text;
    this.rows.push({ line: this.line, cells: [kept.slice(0, KEPT_CHARACTERS)], fault });
    this.line += lineEndsIn(bytes.subarray(0, lost).toString());
    this.isSkipping = !isRescued && !isEnd;
    this.pending = [];
    this.start = this.end = 0;
    this.parser = this.newParser();
    await this.take(bytes.subarray(lost));
  }

  /** @returns the bytes behind the end of the line */
  private skip(bytes: Buffer): Buffer {
    const end = endOfLine(bytes);
    if (end === undefined) return bytes.subarray(bytes.length);
    this.isSkipping = false;
    this.line++;
    return bytes.subarray(end);
  }

  private newParser(): Parser {
    const parser = parse({
      delimiter: this.delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_quotes: true,
      relax_column_count: true,
      max_record_size: this.rowBytes,
      on_record: (cells: string[], { bytes }) => {
        this.rows.push({ line: this.line, cells });
        this.end = bytes;
        this.line++;
        for (const cell of cells) this.line += lineEndsIn(cell);
        return null;
      },
    });
    // The callback of each call gets the error.
    return parser.on('error', () => undefined);
  }
}

function lineEndsIn(text: string): number {
  if (!text.includes('\n') && !text.includes('\r')) return 0;
  return text.match(LINE_ENDS)?.length ?? 0;
}

/** The place behind the first line end. */
function endOfLine(bytes: Buffer): number | undefined {
  const lineFeed = bytes.indexOf(LINE_FEED);
  const before = lineFeed < 0 ? bytes : bytes.subarray(0, lineFeed);
  const carriageReturn = before.indexOf(CARRIAGE_RETURN);
  if (carriageReturn < 0) return lineFeed < 0 ? undefined : lineFeed + 1;
  return carriageReturn + (bytes[carriageReturn + 1] === LINE_FEED ? 2 : 1);
}

/** @param call hands over the callback of a call of the parser. @returns true if the call failed */
function failed(call: (done: (error?: Error | null) => void) => void): Promise<boolean> {
  return new Promise((resolve) => call((error) => resolve(Boolean(error))));
}
