import { servedSeconds, type StoredCustomer } from '../domain/customer/customer.js';
import { textOfValue } from '../domain/import/cell-text.js';
import type { SheetDelimiter } from '../domain/import/sheet.js';
import { forEachMember } from '../domain/json-members.js';
import { csvRow, exactCell, spreadsheetCell } from '../http/csv-cell.js';
import type { CsvColumn } from './csv-columns.js';

/** Makes Excel read a file as UTF-8 or UTF-16. */
export const BYTE_ORDER_MARK = '\uFEFF';
const NUMBER = /^-?\d/;

export const CSV_READERS = ['spreadsheets', 'programs'] as const;

/**
 * The readers of a file. Spreadsheets get a byte order mark, and a tab before a text that they may take for a formula; the tab stands in
 * quotes with the text. Programs get the exact texts.
 */
export type CsvReader = (typeof CSV_READERS)[number];

/** Writes customers as CSV (RFC 4180): a cell with a separator, a quote or a line break stands in quotes. */
export class CsvWriter {
  readonly header: string;
  private readonly places = { attribute: new Map<string, number>(), event: new Map<string, number>() };
  /** The places of the columns that come once. */
  private readonly single: Partial<Record<CsvColumn['kind'], number>> = {};

  constructor(
    private readonly columns: readonly CsvColumn[],
    private readonly reader: CsvReader,
    private readonly delimiter: SheetDelimiter = ',',
  ) {
    columns.forEach((column, place) => {
      if ('name' in column) this.places[column.kind].set(column.name, place);
      else this.single[column.kind] = place;
    });
    this.header = this.row(columns.map(({ title }) => this.textCell(title)));
  }

  line({ id, lastUpdated, attributes, events }: StoredCustomer): string {
    const cells = new Array<string>(this.columns.length).fill('');
    const { single, places } = this;
    const put = (place: number | undefined, cell: string): void => {
      if (place !== undefined) cells[place] = cell;
    };
    put(single.id, this.textCell(id));
    put(single.last_updated, String(servedSeconds(lastUpdated)));
    put(single.other_attributes, this.fill(cells, places.attribute, attributes, single.other_attributes !== undefined));
    put(single.other_events, this.fill(cells, places.event, events, single.other_events !== undefined));
    return this.row(cells);
  }

  private row(cells: readonly string[]): string {
    return csvRow(cells, this.delimiter);
  }

  /**
   * Fills the cells of a record. A member without a column came after the file was begun, was not chosen, or is one of the others.
   * @returns the cell of the others
   */
  private fill(cells: string[], places: ReadonlyMap<string, number>, json: string, keepsOthers: boolean): string {
    let others = '';
    forEachMember(json, (name, value) => {
      const place = places.get(name);
      if (place !== undefined) cells[place] = this.cellOf(value);
      else if (keepsOthers) others += `${others && ','}${JSON.stringify(name)}:${value}`;
    });
    return others && this.textCell(`{${others}}`);
  }

  /** Writes a text as it is, any other value as JSON. A number is no formula. */
  private cellOf(json: string): string {
    return !json.startsWith('"') && NUMBER.test(json) ? json : this.textCell(textOfValue(json));
  }

  private textCell(text: string): string {
    return this.reader === 'spreadsheets' ? spreadsheetCell(text) : exactCell(text, this.delimiter);
  }
}
