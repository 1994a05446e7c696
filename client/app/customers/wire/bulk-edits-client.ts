import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { createBulkEdit } from '../../api/fn/bulk-edits/create-bulk-edit';
import { previewBulkEdit } from '../../api/fn/bulk-edits/preview-bulk-edit';
import { undoBulkEdit } from '../../api/fn/bulk-edits/undo-bulk-edit';
import { BulkActionBody } from '../../api/models/bulk-action-body';
import { BulkEnd as EndView } from '../../api/models/bulk-end';
import { BulkPreview as PreviewView } from '../../api/models/bulk-preview';
import { BulkProgress as ProgressView } from '../../api/models/bulk-progress';
import { JsonValue, writeJson } from '../../core/exact-json';
import { LoginCheck } from '../../core/login-check';
import { linesOf } from '../../core/streamed-answer';
import { WireSelection } from './selection';

export type BulkAction =
  | { readonly delete: true }
  | { readonly set: { readonly name: string; readonly value: JsonValue } }
  | { readonly remove: string }
  | { readonly rename: { readonly from: string; readonly to: string } };

export type BulkProgress = Readonly<ProgressView>;
export type BulkEnd = Readonly<EndView>;

/** A customer that a bulk edit would change, or would leave as it is. */
export interface PreviewSample {
  readonly id: string | number;
  /** Missing for a customer that is not there. */
  readonly display_name?: string;
  /** The value of the attribute now; missing for none. */
  readonly from?: JsonValue;
  /** Its value afterwards; missing for none. */
  readonly to?: JsonValue;
  /** The reason why it would stay as it is. */
  readonly message?: string;
}

/** The effect that a bulk edit would have, in numbers of customers. `examined` is smaller than `total` if these are too many to look at. */
export type BulkPreview = Readonly<Omit<PreviewView, 'sample'>> & { readonly sample: readonly PreviewSample[] };

/** Runs bulk edits. Fails with `StreamFailure`, unless said otherwise. */
@Injectable({ providedIn: 'root' })
export class BulkEditsClient {
  private readonly login = inject(LoginCheck);
  private readonly http = inject(HttpClient);

  /** Gives the progress, repeatedly, and then the end. Unsubscribing stops the edit; customers that were changed stay changed. */
  run(action: BulkAction, selection: WireSelection, allowsIncomplete = false): Observable<BulkProgress | BulkEnd> {
    const incomplete = allowsIncomplete ? ',"allow_incomplete":true' : '';
    const body = `{"action":${writeJson(action)},"selection":${JSON.stringify(selection)}${incomplete}}`;
    return this.stream(createBulkEdit.PATH, body);
  }

  /** Tells what an edit would do. Nothing changes. Fails with `HttpErrorResponse`. */
  preview(action: BulkAction, selection: WireSelection, allowsIncomplete = false): Observable<BulkPreview> {
    // Safe: any JSON value can be set.
    const body = { action: action as BulkActionBody, selection, ...(allowsIncomplete && { allow_incomplete: true }) };
    // Safe: values are JSON.
    return previewBulkEdit(this.http, '', { body }).pipe(map((answer) => answer.body as BulkPreview));
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
