import { TextDecoder } from 'node:util';
import { SHEET_DELIMITERS, type FoundFormat, type SheetDelimiter, type SheetEncoding } from '../domain/import/sheet.js';
import { DomainError } from '../domain/errors.js';
import { RowReader, type RawRow } from './row-reader.js';
import { SheetDecoder } from './sheet-decoder.js';

/** Bytes of the beginning by which UTF-16 and the delimiter are told. */
const SAMPLE_BYTES = 64 * 1024;
const SAMPLE_ROWS = 100;
const BYTE_ORDER_MARKS: readonly (readonly [encoding: SheetEncoding, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** The first line by which Excel is told the delimiter. */
const SEPARATOR_LINE = /^sep=([,;\t])(?:\r\n|\n|\r)/i;
const OTHER_FILES: readonly (readonly [bytes: readonly number[], kind: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'an Excel or LibreOffice workbook, or another ZIP archive'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'a workbook of an old Excel (.xls)'],
  [[0x1f, 0x8b], 'a gzip archive'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
];

/**
 * Finds out the form of a file while its bytes pass: the encoding by a byte order mark, else UTF-16 by zero bytes in the beginning, else UTF-8
 * if the whole file is valid, else Windows-1252; the delimiter by the first rows.
 */
export class SheetFormatFinder {
  private readonly sample: Uint8Array[] = [];
  private sampled = 0;
  private utf8: TextDecoder | undefined = new TextDecoder('utf-8', { fatal: true });

  /** @param bytes the next of the file */
  add(bytes: Uint8Array): void {
    if (this.sampled < SAMPLE_BYTES) {
      this.sample.push(bytes.slice(0, SAMPLE_BYTES - this.sampled));
      this.sampled += bytes.length;
    }
    if (this.utf8 && !isValid(this.utf8, bytes)) this.utf8 = undefined;
  }

  /** Called at the end of the file. @throws DomainError `source_refused` for a workbook, an archive or a PDF */
  async found(): Promise<FoundFormat> {
    const sample = Buffer.concat(this.sample);
    const other = OTHER_FILES.find(([bytes]) => beginsWith(sample, bytes));
    if (other) {
      const message = `The file seems to be ${other[1]}. Save the sheet as CSV and upload that.`;
      throw new DomainError('source_refused', message);
    }
    const marked = BYTE_ORDER_MARKS.find(([, bytes]) => beginsWith(sample, bytes))?.[0];
    const isUtf8 = this.utf8 !== undefined && isValid(this.utf8);
    const encoding = marked ?? utf16Of(sample) ?? (isUtf8 ? 'utf-8' : 'windows-1252');
    const text = new SheetDecoder(encoding).decode(sample);
    return { encoding, delimiter: await delimiterOf(text), hasByteOrderMark: marked !== undefined };
  }
}

/** Finds out the form of a file. @throws DomainError `source_refused` for a workbook, an archive or a PDF */
export async function findFormat(stream: AsyncIterable<Uint8Array>): Promise<FoundFormat> {
  const finder = new SheetFormatFinder();
  for await (const bytes of stream) finder.add(bytes);
  return finder.found();
}

/** @param bytes undefined at the end */
function isValid(decoder: TextDecoder, bytes?: Uint8Array): boolean {
  try {
    decoder.decode(bytes, { stream: bytes !== undefined });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function beginsWith(sample: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => sample[i] === byte);
}

/** Line ends, delimiters and digits have a zero byte in UTF-16, and no text has one in another encoding. */
function utf16Of(sample: Uint8Array): SheetEncoding | undefined {
  const zeros = [0, 0];
  for (let at = sample.indexOf(0); at >= 0; at = sample.indexOf(0, at + 1)) zeros[at % 2]++;
  if (zeros[0] === zeros[1]) return undefined;
  return zeros[1] > zeros[0] ? 'utf-16le' : 'utf-16be';
}

/** From the one that stands in texts and numbers least often. */
const CANDIDATES: readonly SheetDelimiter[] = ['\t', ';', ','];

/** How well a delimiter fits the first rows. */
interface Fit {
  readonly delimiter: SheetDelimiter;
  /** The share of rows with as many cells as the header. */
  readonly share: number;
  /** Quotes that are left in cells. Those around a cell are not left if it ends at the right delimiter. */
  readonly quotes: number;
  readonly columns: number;
}

/** The delimiter that fits the first rows best. */
async function delimiterOf(text: string): Promise<SheetDelimiter> {
  const said = SEPARATOR_LINE.exec(text)?.[1];
  const named = SHEET_DELIMITERS.find((one) => one === said);
  if (named) return named;
  const fits: Fit[] = [];
  for (const delimiter of CANDIDATES) {
    const [header = [], ...rows] = await firstRows(text, delimiter);
    const columns = header.length;
    if (columns < 2) continue;
    const share = rows.length === 0 ? 1 : rows.filter(({ length }) => length === columns).length / rows.length;
    const quotes = [header, ...rows].flat().reduce((sum, cell) => sum + cell.split('"').length - 1, 0);
    fits.push({ delimiter, share, quotes, columns });
  }
  fits.sort((a, b) => b.share - a.share || a.quotes - b.quotes || b.columns - a.columns);
  return fits.at(0)?.delimiter ?? ',';
}

/** The first rows that are not blank. The last one may be cut. */
async function firstRows(text: string, delimiter: SheetDelimiter): Promise<readonly (readonly string[])[]> {
  const reader = new RowReader(delimiter);
  const rows = filled(await reader.read(text));
  return rows.length > 1 ? rows.slice(0, SAMPLE_ROWS) : [...rows, ...filled(await reader.finish())];
}

function filled(rows: readonly RawRow[]): (readonly string[])[] {
  return rows.map(({ cells }) => cells).filter((cells) => cells.some((cell) => cell !== ''));
}
