import { Injectable } from '@angular/core';
import { Observable } from 'rxjs';

import { createBulkEdit } from '../../api/fn/bulk-edits/create-bulk-edit';
import { BulkEnd } from '../../api/models/bulk-end';
import { BulkProgress } from '../../api/models/bulk-progress';
import { linesOf } from '../../core/streamed-answer';
import { JsonValue } from '../model/customer';
import { WireSelection } from '../state/picked';

export type BulkAction =
  | { readonly delete: true }
  | { readonly set: { readonly name: string; readonly value: JsonValue } }
  | { readonly remove: string };

/** The wire of bulk edits. Failures come as `StreamFailure`. */
@Injectable({ providedIn: 'root' })
export class BulkEditsClient {
  /** How far it is, again and again, and then the end. Unsubscribing stops it; what is done stays done. */
  run(action: BulkAction, selection: WireSelection): Observable<BulkProgress | BulkEnd> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const request: RequestInit = {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
        body: JSON.stringify({ action, selection }),
        signal: abort.signal,
      };
      const read = async (): Promise<void> => {
        for await (const line of linesOf(createBulkEdit.PATH, request)) {
          subscriber.next(JSON.parse(line) as BulkProgress | BulkEnd); // so the description of the API says
        }
      };
      read().then(
        () => subscriber.complete(),
        (error: unknown) => subscriber.error(error),
      );
      return () => abort.abort();
    });
  }
}
