import { servedSeconds, type StoredCustomer } from '../domain/customer/customer.js';
import { forEachMember } from '../domain/json-members.js';

const LINE_END = '\r\n';
/** Characters that begin a formula in a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d/;
const NEEDS_QUOTES = /[",\r\n]/;
const FIXED = ['id', 'last_updated'];
/** Names of attributes that get a prefix, as their columns would be mistaken for others. */
const AMBIGUOUS = /^(?:(?:event|attribute):|id$|last_updated$)/;

/** Columns of a file: names of attributes and names of events, each in order. */
export interface CsvColumns {
  readonly attributes: readonly string[];
  readonly events: readonly string[];
}

/** Writes customers as CSV (RFC 4180): a cell with a comma, a quote or a line break stands in quotes. */
export class CsvWriter {
  readonly header: string;
  private readonly attributes: ReadonlyMap<string, number>;
  private readonly events: ReadonlyMap<string, number>;
  private readonly width: number;

  constructor({ attributes, events }: CsvColumns) {
    this.attributes = placesOf(attributes, FIXED.length);
    this.events = placesOf(events, FIXED.length + attributes.length);
    this.width = FIXED.length + attributes.length + events.length;
    const names = attributes.map((name) => (AMBIGUOUS.test(name) ? `attribute:${name}` : name));
    this.header = row([...FIXED, ...names, ...events.map((name) => `event:${name}`)].map(textCell));
  }

  line({ id, lastUpdated, attributes, events }: StoredCustomer): string {
    const cells = new Array<string>(this.width).fill('');
    cells[0] = textCell(id);
    cells[1] = String(servedSeconds(lastUpdated));
    fill(cells, this.attributes, attributes);
    fill(cells, this.events, events);
    return row(cells);
  }
}

function placesOf(names: readonly string[], start: number): Map<string, number> {
  return new Map(names.map((name, i) => [name, start + i]));
}

/** Fills the cells of a record. A member without a column came after the file was begun, and is left out. */
function fill(cells: string[], places: ReadonlyMap<string, number>, json: string): void {
  forEachMember(json, (name, value) => {
    const place = places.get(name);
    if (place !== undefined) cells[place] = cellOf(value);
  });
}

/** Writes a text as it is, any other value as JSON. A number is no formula. */
function cellOf(json: string): string {
  // Safe: JSON in quotes is a string.
  if (json.startsWith('"')) return textCell(JSON.parse(json) as string);
  return NUMBER.test(json) ? json : textCell(json);
}

function textCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function row(cells: readonly string[]): string {
  return cells.join(',') + LINE_END;
}
