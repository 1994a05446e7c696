import { DomainError } from '../domain/errors.js';
import { unguarded } from '../domain/import/formula-guard.js';
import type { OpenSheet, SheetColumn, SheetFormat, SheetRow } from '../domain/import/sheet.js';
import { LIMITS } from '../domain/limits.js';
import { RowReader, type RawRow } from './row-reader.js';
import { SheetDecoder } from './sheet-decoder.js';

/** Bytes that are decoded at once. */
const PIECE_BYTES = 64 * 1024;
const REPLACEMENT = '\uFFFD';
const SEPARATOR_LINE = /^sep=.?$/i;

/**
 * Opens a sheet. It holds one piece of the stream and one row in memory.
 * @param stream the bytes of the file from its beginning
 * @throws DomainError `source_refused` if its header cannot be read
 */
export async function openSheet(stream: AsyncIterable<Uint8Array>, format: SheetFormat): Promise<OpenSheet> {
  const sheet = new Sheet(stream, format);
  await sheet.open();
  return sheet;
}

class Sheet implements OpenSheet {
  columns: readonly SheetColumn[] = [];
  bytesRead = 0;
  damagedCharacters = 0;
  readonly rows: AsyncIterable<readonly SheetRow[]>;
  private readonly groups: AsyncIterator<readonly RawRow[]>;
  /** The rows that were read together with the header. */
  private first: readonly RawRow[] = [];

  constructor(
    private readonly stream: AsyncIterable<Uint8Array>,
    readonly format: SheetFormat,
  ) {
    this.groups = this.rawRows();
    this.rows = this.sheetRows();
  }

  async open(): Promise<void> {
    for (let next = await this.groups.next(); !next.done; next = await this.groups.next()) {
      const at = next.value.findIndex((row) => !isBlank(row) && !isSeparatorLine(row));
      if (at < 0) continue;
      this.columns = columnsOf(next.value[at]);
      this.first = next.value.slice(at + 1);
      return;
    }
  }

  private async *sheetRows(): AsyncGenerator<readonly SheetRow[]> {
    let number = 0;
    const numbered = (raw: readonly RawRow[]): SheetRow[] => {
      const rows: SheetRow[] = [];
      for (const row of raw) {
        number++;
        const { line, cells, fault } = row;
        if (fault) rows.push({ kind: 'rejected', number, line, cells, reason: fault });
        else if (!isBlank(row)) rows.push({ kind: 'cells', number, line, cells });
      }
      return rows;
    };
    try {
      const first = numbered(this.first);
      this.first = [];
      if (first.length > 0) yield first;
      for (let next = await this.groups.next(); !next.done; next = await this.groups.next()) {
        const rows = numbered(next.value);
        if (rows.length > 0) yield rows;
      }
    } finally {
      await this.groups.return?.();
    }
  }

  private async *rawRows(): AsyncGenerator<readonly RawRow[]> {
    const reader = new RowReader(this.format.delimiter);
    const decoder = new SheetDecoder(this.format.encoding);
    for await (const bytes of this.stream) {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
        const piece = bytes.subarray(at, at + PIECE_BYTES);
        this.bytesRead += piece.length;
        yield await reader.read(this.noted(decoder.decode(piece)));
      }
    }
    yield await reader.read(this.noted(decoder.finish()));
    yield await reader.finish();
  }

  private noted(text: string): string {
    for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, at + 1)) this.damagedCharacters++;
    return text;
  }
}

function isBlank({ cells, fault }: RawRow): boolean {
  return fault === undefined && cells.every((cell) => cell === '');
}

/** True for a first line that tells Excel the delimiter, read with it or with another one. */
function isSeparatorLine({ line, cells }: RawRow): boolean {
  return line === 1 && SEPARATOR_LINE.test(cells[0]) && cells.slice(1).every((cell) => cell === '');
}

/** @throws DomainError `source_refused` */
function columnsOf({ cells, fault, line }: RawRow): SheetColumn[] {
  if (fault === 'unclosed_quote') {
    throw new DomainError('source_refused', `In line ${line}, the header, a quote has no end. Mend the header.`);
  }
  if (fault === 'row_too_long' || cells.length > LIMITS.csvColumns) {
    const message =
      `The header, line ${line}, is longer than that of a spreadsheet, which has at most ${LIMITS.csvColumns} columns. ` +
      'Check the delimiter and the encoding.';
    throw new DomainError('source_refused', message);
  }
  const headers = cells.map(unguarded);
  const taken = new Set(headers);
  const seen = new Set(['']);
  return headers.map((header, index) => {
    const isFirst = !seen.has(header);
    seen.add(header);
    return { index, name: isFirst ? header : freeName(header || `Column ${index + 1}`, taken), header };
  });
}

/** The name itself, or with the first number behind it that makes another one. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name} (${count})`;
  taken.add(free);
  return free;
}
