import { Injectable, inject } from '@angular/core';
import { Observable } from 'rxjs';

import { createBulkEdit } from '../../api/fn/bulk-edits/create-bulk-edit';
import { undoBulkEdit } from '../../api/fn/bulk-edits/undo-bulk-edit';
import { BulkEnd as EndView } from '../../api/models/bulk-end';
import { BulkProgress as ProgressView } from '../../api/models/bulk-progress';
import { JsonValue, writeJson } from '../../core/exact-json';
import { LoginCheck } from '../../core/login-check';
import { linesOf } from '../../core/streamed-answer';
import { WireSelection } from './selection';

export type BulkAction =
  | { readonly delete: true }
  | { readonly set: { readonly name: string; readonly value: JsonValue } }
  | { readonly remove: string };

export type BulkProgress = Readonly<ProgressView>;
export type BulkEnd = Readonly<EndView>;

/** Runs bulk edits. Fails with `StreamFailure`. */
@Injectable({ providedIn: 'root' })
export class BulkEditsClient {
  private readonly login = inject(LoginCheck);

  /** Gives the progress, repeatedly, and then the end. Unsubscribing stops the edit; customers that were changed stay changed. */
  run(action: BulkAction, selection: WireSelection, allowsIncomplete = false): Observable<BulkProgress | BulkEnd> {
    const incomplete = allowsIncomplete ? ',"allow_incomplete":true' : '';
    const body = `{"action":${writeJson(action)},"selection":${JSON.stringify(selection)}${incomplete}}`;
    return this.stream(createBulkEdit.PATH, body);
  }

  /** Undoes a bulk edit customer by customer, with the same lines. One that was changed since counts as failed. */
  undo(id: number): Observable<BulkProgress | BulkEnd> {
    return this.stream(undoBulkEdit.PATH.replace('{id}', String(id)));
  }

  private stream(path: string, body?: string): Observable<BulkProgress | BulkEnd> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const request: RequestInit = {
        method: 'POST',
        headers: {
          accept: 'application/x-ndjson',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
        signal: abort.signal,
      };
      const read = async (): Promise<void> => {
        for await (const line of linesOf(path, request, this.login)) {
          subscriber.next(JSON.parse(line) as BulkProgress | BulkEnd); // Safe by the description of the API.
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
