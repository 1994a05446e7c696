import { DomainError } from '../../domain/errors.js';
import { proposeMapping } from '../../domain/import/mapping.js';
import type { SheetColumn } from '../../domain/import/sheet.js';
import type { SheetMapping } from '../../domain/import/sheet-mapping.js';
import { readMapping } from '../read-mapping.js';

/** The options of the command that say what columns mean. */
export interface MappingOptions {
  /** JSON as in the API, or `Column=attribute:type` and so on, with commas between them. */
  readonly map?: string;
  readonly empty?: string;
  readonly damaged?: string;
  readonly timeColumn?: string;
  readonly dateForm?: string;
  readonly zone?: string;
}

type Column = Readonly<Record<string, string>>;

/**
 * Makes the mapping of a sheet. Without `map` it is proposed by the names of the columns.
 * @param attributes as of `proposeMapping`
 * @throws DomainError `invalid_request` that says what is wrong
 */
export function mappingOf(
  columns: readonly SheetColumn[],
  attributes: readonly string[],
  options: MappingOptions,
): SheetMapping {
  const { map, empty, damaged, timeColumn, dateForm, zone } = options;
  const given =
    map === undefined ? proposed(columns, attributes) : /^\s*\{/.test(map) ? fromJson(map) : { columns: fromText(map) };
  const times = { ...(dateForm !== undefined && { date_form: dateForm }), ...(zone !== undefined && { zone }) };
  const others = given.columns.filter(({ column }) => column !== timeColumn);
  const timed = timeColumn === undefined ? others : [...others, { column: timeColumn, use: 'time' }];
  const all = timed.map((column) =>
    column.use === 'attribute' || column.use === 'time' ? { ...times, ...column } : column,
  );
  const said = { ...given, ...(empty !== undefined && { empty }), ...(damaged !== undefined && { damaged }) };
  try {
    return readMapping({ ...said, columns: all }, columns);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const names = columns.map(({ name }) => JSON.stringify(name)).join(', ');
    const message = `${error.message.replaceAll('import.', '')} The sheet has the columns ${names}.`;
    throw new DomainError('invalid_request', message, undefined, { cause: error });
  }
}

function proposed(
  columns: readonly SheetColumn[],
  attributes: readonly string[],
): { readonly columns: readonly Column[] } {
  return {
    columns: proposeMapping(columns, { attributes }).columns.map((one): Column => {
      if (one.use !== 'attribute') return { column: one.column, use: one.use };
      return { column: one.column, use: one.use, attribute: one.attribute };
    }),
  };
}

function fromJson(text: string): { readonly columns: readonly Column[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refused('it is no JSON', error);
  }
  const columns = typeof value === 'object' && value !== null && 'columns' in value ? value.columns : undefined;
  if (!Array.isArray(columns) || typeof value !== 'object') throw refused('it has no list "columns"');
  // Safe: readMapping looks at every member.
  return { ...value, columns: columns as readonly Column[] };
}

/** `email` names the customers only if no other column does so by `id`. */
function fromText(text: string): readonly Column[] {
  const pairs = text.split(',').map((part) => {
    const at = part.lastIndexOf('=');
    if (at < 0) throw refused(`"${part}" is no Column=attribute`);
    return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const;
  });
  const hasIds = pairs.some(([, meaning]) => meaning === 'id');
  return pairs.map(([column, meaning]): Column => {
    if (meaning === 'id' || (meaning === 'email' && !hasIds)) return { column, use: meaning };
    const at = meaning.lastIndexOf(':');
    if (at < 0) return { column, use: 'attribute', attribute: meaning };
    return { column, use: 'attribute', attribute: meaning.slice(0, at), type: meaning.slice(at + 1) };
  });
}

function refused(reason: string, cause?: unknown): DomainError {
  const message = `--map cannot be read: ${reason}. Use for example --map 'Id=id,City=city:text', or a file of JSON.`;
  return new DomainError('invalid_request', message, undefined, { cause });
}
