import { DomainError } from '../domain/errors.js';

/** One record of a CSV file, and the line where it begins, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Reads CSV records from pieces of text: RFC 4180, with `\n` or `\r\n` at the end of a line. In a field that does not begin with a
 * quote, a quote is an ordinary character, so that unquoted files can be read as well. Blank lines are skipped.
 */
export class CsvReader {
  private line = 1;
  private firstLine = 1;
  private fields: string[] = [];
  private field = '';
  private place: 'before' | 'plain' | 'quoted' | 'after' = 'before';

  /** @throws DomainError `invalid_request` that names the line, when something follows a quoted field */
  *read(piece: string): Generator<CsvRecord> {
    for (const character of piece) {
      if (character === '\n') this.line++;
      if (this.place === 'quoted') {
        if (character === '"') this.place = 'after';
        else this.field += character;
      } else if (character === ',') {
        this.endField();
      } else if (character === '\n') {
        yield* this.endRecord();
      } else if (character === '"' && this.place === 'before') {
        this.place = 'quoted';
      } else if (this.place === 'after') {
        this.follow(character);
      } else {
        this.place = 'plain';
        this.field += character;
      }
    }
  }

  /** @throws DomainError `invalid_request` that names the line, when a quoted field has no end */
  *end(): Generator<CsvRecord> {
    if (this.place === 'quoted') throw malformed(this.firstLine, 'a quoted field has no end');
    yield* this.endRecord();
  }

  private follow(character: string): void {
    if (character === '"') {
      this.place = 'quoted';
      this.field += character;
    } else if (character !== '\r') {
      throw malformed(this.line, 'there is text after a quoted field');
    }
  }

  private endField(): void {
    this.fields.push(this.field);
    this.field = '';
    this.place = 'before';
  }

  private *endRecord(): Generator<CsvRecord> {
    if (this.place === 'plain' && this.field.endsWith('\r')) this.field = this.field.slice(0, -1);
    this.endField();
    const { firstLine, fields } = this;
    this.firstLine = this.line;
    this.fields = [];
    if (fields.length > 1 || fields[0] !== '') yield { line: firstLine, fields };
  }
}

export function malformed(line: number, problem: string): DomainError {
  return new DomainError('invalid_request', `Line ${line} is malformed: ${problem}.`);
}
