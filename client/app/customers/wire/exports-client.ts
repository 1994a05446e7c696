import { Injectable, inject } from '@angular/core';
import { Observable } from 'rxjs';

import { exportSelectedCustomersAsCsv } from '../../api/fn/exports/export-selected-customers-as-csv';
import { exportSelectedCustomersAsJsonLines } from '../../api/fn/exports/export-selected-customers-as-json-lines';
import { FileFailure, FileSink } from '../../core/file-sink';
import { LoginCheck } from '../../core/login-check';
import { chunksOf } from '../../core/streamed-answer';
import { CustomerCounter, CsvCustomerCounter, JsonLinesCustomerCounter } from '../model/customer-counter';
import { Column, columnKey } from '../model/column';
import { WireSelection } from './selection';

export type ExportFormat = 'csv' | 'exact-csv' | 'jsonl';
export type CsvDelimiter = ',' | ';' | 'tab';
export type CsvEncoding = 'utf-8' | 'utf-16le' | 'windows-1252';

/** The form of a CSV file. */
export interface CsvForm {
  readonly delimiter: CsvDelimiter;
  readonly encoding: CsvEncoding;
  /** Texts of the header by the keys of their columns, instead of the names. */
  readonly titles: Readonly<Partial<Record<string, string>>>;
  /** In order; null for all. */
  readonly columns: readonly Column[] | null;
}

/** The progress of an export. */
export interface ExportStep {
  /** The file is complete and saved. */
  readonly done: boolean;
  readonly customers: number;
  readonly bytes: number;
}

interface Format {
  readonly path: string;
  readonly type: string;
  /** The extension of a file, without the dot. */
  readonly extension: string;
  readonly counter: (encoding: CsvEncoding) => CustomerCounter;
}

/** The names that the server gives another meaning. */
const RESERVED = /^(?:id$|last_updated$|other_attributes$|other_events$|attribute:|event:)/;

const CSV: Format = {
  path: exportSelectedCustomersAsCsv.PATH,
  type: 'text/csv',
  extension: 'csv',
  counter: (encoding) => new CsvCustomerCounter(encoding === 'utf-16le'),
};
const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  csv: CSV,
  'exact-csv': CSV,
  jsonl: {
    path: exportSelectedCustomersAsJsonLines.PATH,
    type: 'application/x-ndjson',
    extension: 'jsonl',
    counter: () => new JsonLinesCustomerCounter(),
  },
};

/** An attribute is named with its kind, so that it is not taken for another column, and is called by its name alone where that is clear. */
function wireColumn(column: Column, title = ''): string | { readonly column: string; readonly title: string } {
  const key = columnKey(column);
  if (title) return { column: key, title };
  const isClear = column.kind === 'attribute' && !RESERVED.test(column.name);
  return isClear ? { column: key, title: column.name } : key;
}

/** The media type of a format, and the extension of its files. */
export function fileOfExport(format: ExportFormat): Pick<Format, 'type' | 'extension'> {
  return FORMATS[format];
}

/** Exports customers into a file. Chunks are written as they arrive; a slow disk slows the server down. */
@Injectable({ providedIn: 'root' })
export class ExportsClient {
  private readonly login = inject(LoginCheck);

  /** Fails with `StreamFailure` or `FileFailure`. Unsubscribing stops the export. Both discard the file. */
  run(
    format: ExportFormat,
    selection: WireSelection,
    file: FileSink,
    { delimiter, encoding, titles, columns }: CsvForm,
    allowsIncomplete = false,
  ): Observable<ExportStep> {
    const { path, type, counter } = FORMATS[format];
    const query = new URLSearchParams();
    if (format === 'exact-csv') query.set('for', 'programs');
    if (format !== 'jsonl' && delimiter !== ',') query.set('delimiter', delimiter);
    if (format !== 'jsonl' && encoding !== 'utf-8') query.set('encoding', encoding);
    const wired = columns?.map((column) => wireColumn(column, titles[columnKey(column)]));
    if (format !== 'jsonl' && wired) query.set('columns', JSON.stringify(wired));
    const address = query.size > 0 ? `${path}?${query.toString()}` : path;
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const request: RequestInit = {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: type },
        body: JSON.stringify({ selection, ...(allowsIncomplete && { allow_incomplete: true }) }),
        signal: abort.signal,
      };
      const count = counter(encoding);
      let bytes = 0;
      const read = async (): Promise<void> => {
        for await (const chunk of chunksOf(address, request, this.login)) {
          await file.write(chunk);
          bytes += chunk.length;
          count.take(chunk);
          subscriber.next({ done: false, customers: count.customers, bytes });
        }
        if (!count.whole) throw new FileFailure($localize`The server broke off in the middle. Try again.`);
        await file.close();
        subscriber.next({ done: true, customers: count.customers, bytes });
      };
      read().then(
        () => subscriber.complete(),
        async (error: unknown) => {
          await file.discard();
          subscriber.error(error);
        },
      );
      return () => abort.abort();
    });
  }
}
