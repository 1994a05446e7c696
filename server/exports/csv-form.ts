import { DomainError } from '../domain/errors.js';
import { SHEET_DELIMITERS, type SheetDelimiter } from '../domain/import/sheet.js';
import { isObject } from '../domain/json.js';
import { LIMITS } from '../domain/limits.js';
import { hasControlCharacter } from '../domain/text.js';
import { WRITTEN_ENCODINGS, type WrittenEncoding } from '../spreadsheets/sheet-encoder.js';
import { contentOf, type CsvColumn } from './csv-columns.js';
import { CSV_READERS, type CsvReader } from './csv.js';

/** The form of a CSV file. */
export interface CsvForm {
  readonly reader: CsvReader;
  readonly delimiter: SheetDelimiter;
  readonly encoding: WrittenEncoding;
  /** Undefined for all. */
  readonly columns: readonly CsvColumn[] | undefined;
}

export const DELIMITER_NAMES = [',', ';', 'tab'] as const;
const TITLE_CHARACTERS = 1000;
const FILE_NAME_CHARACTERS = 150;
const PATH_CHARACTER = /[/\\:*?"<>|]/;

/** Reads `?for=&delimiter=&encoding=&columns=`. @throws DomainError `invalid_request` */
export function readCsvForm(query: Readonly<Record<string, unknown>>): CsvForm {
  const delimiter = oneOf('delimiter', query.delimiter, [...DELIMITER_NAMES, '\t'], ',');
  return {
    reader: oneOf('for', query.for, CSV_READERS, 'spreadsheets'),
    delimiter: SHEET_DELIMITERS.find((one) => one === delimiter) ?? '\t',
    encoding: oneOf('encoding', query.encoding, WRITTEN_ENCODINGS, 'utf-8'),
    columns: query.columns === undefined ? undefined : readColumns(parsed(query.columns)),
  };
}

/** The name of a file that is downloaded. @throws DomainError `invalid_request` */
export function readFileName(name: unknown, usual: string): string {
  if (name === undefined) return usual;
  const isName = typeof name === 'string' && name.trim() !== '' && name.length <= FILE_NAME_CHARACTERS;
  if (isName && name.isWellFormed() && !hasControlCharacter(name) && !PATH_CHARACTER.test(name)) return name;
  const message = `"name" is the name of a file: 1 to ${FILE_NAME_CHARACTERS} characters without / \\ : * ? " < > |.`;
  throw new DomainError('invalid_request', message);
}

/** @param columns a list of names, or of objects `{"column","title"?}` */
function readColumns(columns: unknown): CsvColumn[] {
  if (!Array.isArray(columns) || columns.length === 0 || columns.length > LIMITS.csvColumns) {
    throw invalid(`"columns" is a list of 1 to ${LIMITS.csvColumns} columns.`);
  }
  const seen = new Set<string>();
  return columns.map((item: unknown, at): CsvColumn => {
    const { column, title = column } = isObject(item) ? item : { column: item };
    if (typeof column !== 'string' || column === '' || typeof title !== 'string' || title.length > TITLE_CHARACTERS) {
      throw invalid(
        `columns[${at}] is neither the name of a column nor an object such as {"column":"email","title":"E-mail"}.`,
      );
    }
    if (!column.isWellFormed() || !title.isWellFormed()) throw invalid(`columns[${at}] holds half of a character.`);
    const content = contentOf(column);
    const key = JSON.stringify(content);
    if (seen.has(key))
      throw invalid(`columns[${at}] is ${JSON.stringify(column)}, which is named before. Name it once.`);
    seen.add(key);
    return { ...content, title };
  });
}

function parsed(text: unknown): unknown {
  try {
    // A parameter that comes twice is a list, and no JSON.
    return JSON.parse(String(text));
  } catch {
    throw invalid('"columns" is one text of JSON: a list such as ["id","email"].');
  }
}

function oneOf<T extends string>(name: string, value: unknown, values: readonly T[], usual: T): T {
  if (value === undefined) return usual;
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw invalid(
    `"${name}" is ${JSON.stringify(value)}, but takes ${values.filter((one) => one !== '\t').join(' or ')}.`,
  );
}

function invalid(message: string): DomainError {
  return new DomainError('invalid_request', message);
}
