import { Injectable } from '@angular/core';
import { Observable } from 'rxjs';

import { exportSelectedCustomersAsCsv } from '../../api/fn/exports/export-selected-customers-as-csv';
import { exportSelectedCustomersAsJsonLines } from '../../api/fn/exports/export-selected-customers-as-json-lines';
import { chunksOf } from '../../core/streamed-answer';
import { CustomerCounter, CsvCustomerCounter, JsonLinesCustomerCounter } from './customer-counter';
import { WireSelection } from './picked';

export type ExportFormat = 'csv' | 'jsonl';

export type ExportEvent =
  | { readonly kind: 'progress'; readonly customers: number; readonly bytes: number }
  | { readonly kind: 'done'; readonly customers: number; readonly bytes: number; readonly file: Blob };

/** Chunks are put away in blobs of this size, which a browser keeps on disk when there are many. */
const BLOB_BYTES = 4 * 1024 * 1024;

const FORMATS: Readonly<Record<ExportFormat, { path: string; type: string; counter: () => CustomerCounter }>> = {
  csv: { path: exportSelectedCustomersAsCsv.PATH, type: 'text/csv', counter: () => new CsvCustomerCounter() },
  jsonl: {
    path: exportSelectedCustomersAsJsonLines.PATH,
    type: 'application/x-ndjson',
    counter: () => new JsonLinesCustomerCounter(),
  },
};

/** The wire of exports: the file as it comes, with how many customers are in it so far. */
@Injectable({ providedIn: 'root' })
export class ExportsClient {
  /** Unsubscribing stops it. Failures come as `StreamFailure`. */
  run(format: ExportFormat, selection: WireSelection): Observable<ExportEvent> {
    const { path, type, counter } = FORMATS[format];
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const request: RequestInit = {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: type },
        body: JSON.stringify({ selection }),
        signal: abort.signal,
      };
      const read = async (): Promise<void> => {
        const blobs: Blob[] = [];
        let chunks: Uint8Array<ArrayBuffer>[] = [];
        let [bytes, waiting] = [0, 0];
        const count = counter();
        for await (const chunk of chunksOf(path, request)) {
          chunks.push(chunk);
          bytes += chunk.length;
          waiting += chunk.length;
          count.take(chunk);
          subscriber.next({ kind: 'progress', customers: count.customers, bytes });
          if (waiting < BLOB_BYTES) continue;
          blobs.push(new Blob(chunks));
          [chunks, waiting] = [[], 0];
        }
        const file = new Blob([...blobs, ...chunks], { type });
        subscriber.next({ kind: 'done', customers: count.customers, bytes, file });
      };
      read().then(
        () => subscriber.complete(),
        (error: unknown) => subscriber.error(error),
      );
      return () => abort.abort();
    });
  }
}
