import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { confirmImport } from '../../api/fn/imports/confirm-import';
import { deleteImport } from '../../api/fn/imports/delete-import';
import { getImport } from '../../api/fn/imports/get-import';
import { listImports } from '../../api/fn/imports/list-imports';
import { startDryRun } from '../../api/fn/imports/start-dry-run';
import { stopDryRun } from '../../api/fn/imports/stop-dry-run';
import { updateImport } from '../../api/fn/imports/update-import';
import { ImportAnswer } from '../../api/models/import-answer';
import { LoginAgain, afterLogin } from '../../core/login-again';
import { LoginCheck } from '../../core/login-check';
import { requestFailure } from '../../core/request-failure';
import { parsedOrNull } from '../../core/streamed-answer';
import { Change, ImportSummary, SheetImport } from './import';

export type SheetUploadEvent =
  /** Bytes sent so far. */
  { readonly kind: 'sent'; readonly bytes: number } | { readonly kind: 'received'; readonly id: number };

/** Uploads, tries and runs imports of spreadsheets. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class ImportsClient {
  private readonly http = inject(HttpClient);
  private readonly login = inject(LoginAgain);
  private readonly check = inject(LoginCheck);

  /** Newest first. */
  list(): Observable<readonly ImportSummary[]> {
    return listImports(this.http, '').pipe(map(({ body }) => body.imports));
  }

  read(id: number): Observable<SheetImport> {
    return getImport(this.http, '', { id }).pipe(map(({ body }) => body.import));
  }

  change(id: number, change: Change): Observable<SheetImport> {
    return updateImport(this.http, '', { id, body: { import: change } }).pipe(map(({ body }) => body.import));
  }

  startDryRun(id: number): Observable<SheetImport> {
    return startDryRun(this.http, '', { id }).pipe(map(({ body }) => body.import));
  }

  stopDryRun(id: number): Observable<SheetImport> {
    return stopDryRun(this.http, '', { id }).pipe(map(({ body }) => body.import));
  }

  confirm(id: number): Observable<SheetImport> {
    return confirmImport(this.http, '', { id }).pipe(map(({ body }) => body.import));
  }

  /** Stops an import that runs, else removes it. */
  remove(id: number): Observable<void> {
    return deleteImport(this.http, '', { id }).pipe(map(() => undefined));
  }

  rejectsUrl(id: number): string {
    return `/imports/${id}/rejects`;
  }

  /** Sends a file. Unsubscribing aborts. Uses XMLHttpRequest, because `fetch` does not tell how many bytes it has sent. */
  upload(file: File, name: string): Observable<SheetUploadEvent> {
    return new Observable<SheetUploadEvent>((subscriber) => {
      const request = new XMLHttpRequest();
      const url = `/imports?name=${encodeURIComponent(name)}`;
      request.open('POST', url);
      request.setRequestHeader('accept', 'application/json');
      request.setRequestHeader('content-type', 'text/csv');
      request.upload.onprogress = ({ loaded }) => subscriber.next({ kind: 'sent', bytes: loaded });
      request.onload = () => {
        const body = parsedOrNull(request.responseText);
        if (request.status === 201) {
          subscriber.next({ kind: 'received', id: (body as ImportAnswer).import.id }); // Safe by the description of the API.
          subscriber.complete();
        } else subscriber.error(requestFailure(request.status, body, url));
      };
      request.onerror = () => void this.check.explain(url).then((failure) => subscriber.error(failure));
      request.send(file);
      return () => request.abort();
    }).pipe(afterLogin(this.login));
  }
}
