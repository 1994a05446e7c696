import { Injectable, LOCALE_ID, inject } from '@angular/core';

import { LocalStore } from '../../core/local-store';
import { isColumnKey } from '../model/column';
import type { CsvDelimiter, CsvEncoding, ExportFormat } from '../wire/exports-client';

const KEY = 'export';
const FORMATS: readonly ExportFormat[] = ['csv', 'exact-csv', 'jsonl'];
const DELIMITERS: readonly CsvDelimiter[] = [',', ';', 'tab'];
const ENCODINGS: readonly CsvEncoding[] = ['utf-8', 'utf-16le', 'windows-1252'];
const COLUMNS = ['list', 'all', 'chosen'] as const;

/** The columns of a file: those of the list, all that the customers have, or chosen ones. */
export type ExportColumns = (typeof COLUMNS)[number];

/** The choices of a reader for a file. */
export interface ExportSettings {
  readonly format: ExportFormat;
  readonly delimiter: CsvDelimiter;
  readonly encoding: CsvEncoding;
  readonly columns: ExportColumns;
  /** The keys of the chosen columns, in order. */
  readonly chosen: readonly string[];
  /** Texts of the header by the keys of chosen columns; a column without one has its name. */
  readonly titles: Readonly<Partial<Record<string, string>>>;
}

/** The last choice for an export, in this browser. */
@Injectable({ providedIn: 'root' })
export class ExportChoice {
  private readonly store = inject(LocalStore);
  /** Spreadsheets whose numbers have a decimal comma expect semicolons. */
  private readonly delimiter: CsvDelimiter = inject(LOCALE_ID).startsWith('de') ? ';' : ',';

  read(): ExportSettings {
    const kept = parsed(this.store.read(KEY));
    const chosen: unknown = kept.chosen;
    return {
      format: FORMATS.find((one) => one === kept.format) ?? 'csv',
      delimiter: DELIMITERS.find((one) => one === kept.delimiter) ?? this.delimiter,
      encoding: ENCODINGS.find((one) => one === kept.encoding) ?? 'utf-8',
      columns: COLUMNS.find((one) => one === kept.columns) ?? 'list',
      chosen: Array.isArray(chosen) ? chosen.filter(isColumnKey) : [],
      titles: Object.fromEntries(
        Object.entries({ ...(kept.titles ?? {}) }).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        ),
      ),
    };
  }

  write(settings: ExportSettings): void {
    this.store.write(KEY, JSON.stringify(settings));
  }
}

function parsed(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}
