import { Injectable, LOCALE_ID, inject } from '@angular/core';

import { LocalStore } from '../../core/local-store';
import { isColumnKey } from '../model/column';
import type { CsvDelimiter, ExportFormat } from '../wire/exports-client';

const KEY = 'export';
const FORMATS: readonly ExportFormat[] = ['csv', 'exact-csv', 'jsonl'];
const DELIMITERS: readonly CsvDelimiter[] = [',', ';', 'tab'];
const COLUMNS = ['list', 'all', 'chosen'] as const;

/** The columns of a file: those of the list, all that the customers have, or chosen ones. */
export type ExportColumns = (typeof COLUMNS)[number];

/** The choices of a reader for a file. */
export interface ExportSettings {
  readonly format: ExportFormat;
  readonly delimiter: CsvDelimiter;
  readonly columns: ExportColumns;
  /** The keys of the chosen columns, in order. */
  readonly chosen: readonly string[];
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
      columns: COLUMNS.find((one) => one === kept.columns) ?? 'list',
      chosen: Array.isArray(chosen) ? chosen.filter(isColumnKey) : [],
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
