import { servedSeconds, type StoredCustomer } from '../domain/customer/customer.js';
import { forEachMember } from '../domain/json-members.js';
import { csvRow, exactCell, spreadsheetCell } from '../http/csv-cell.js';

/** Makes Excel read a file as UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';
const NUMBER = /^-?\d/;
const FIXED = ['id', 'last_updated'];
/** Names of attributes that get a prefix, as their columns would be mistaken for others. */
const AMBIGUOUS = /^(?:(?:event|attribute):|id$|last_updated$)/;

export const CSV_READERS = ['spreadsheets', 'programs'] as const;

/**
 * The readers of a file. Spreadsheets get a byte order mark, and a tab before a text that they may take for a formula; the tab stands in
 * quotes with the text. Programs get the exact texts.
 */
export type CsvReader = (typeof CSV_READERS)[number];

/** Columns of a file: names of attributes and names of events, each in order. */
export interface CsvColumns {
  readonly attributes: readonly string[];
  readonly events: readonly string[];
}

/** Writes customers as CSV (RFC 4180): a cell with a separator, a quote or a line break stands in quotes. */
export class CsvWriter {
  readonly header: string;
  private readonly attributes: ReadonlyMap<string, number>;
  private readonly events: ReadonlyMap<string, number>;
  private readonly width: number;

  constructor(
    { attributes, events }: CsvColumns,
    private readonly reader: CsvReader,
  ) {
    this.attributes = placesOf(attributes, FIXED.length);
    this.events = placesOf(events, FIXED.length + attributes.length);
    this.width = FIXED.length + attributes.length + events.length;
    const names = attributes.map((name) => (AMBIGUOUS.test(name) ? `attribute:${name}` : name));
    const cells = [...FIXED, ...names, ...events.map((name) => `event:${name}`)].map((name) => this.textCell(name));
    this.header = (reader === 'spreadsheets' ? BYTE_ORDER_MARK : '') + csvRow(cells);
  }

  line({ id, lastUpdated, attributes, events }: StoredCustomer): string {
    const cells = new Array<string>(this.width).fill('');
    cells[0] = this.textCell(id);
    cells[1] = String(servedSeconds(lastUpdated));
    this.fill(cells, this.attributes, attributes);
    this.fill(cells, this.events, events);
    return csvRow(cells);
  }

  /** Fills the cells of a record. A member without a column came after the file was begun, and is left out. */
  private fill(cells: string[], places: ReadonlyMap<string, number>, json: string): void {
    forEachMember(json, (name, value) => {
      const place = places.get(name);
      if (place !== undefined) cells[place] = this.cellOf(value);
    });
  }

  /** Writes a text as it is, any other value as JSON. A number is no formula. */
  private cellOf(json: string): string {
    // Safe: JSON in quotes is a string.
    if (json.startsWith('"')) return this.textCell(JSON.parse(json) as string);
    return NUMBER.test(json) ? json : this.textCell(json);
  }

  private textCell(text: string): string {
    return this.reader === 'spreadsheets' ? spreadsheetCell(text) : exactCell(text);
  }
}

function placesOf(names: readonly string[], start: number): Map<string, number> {
  return new Map(names.map((name, i) => [name, start + i]));
}
