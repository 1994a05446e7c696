import { HttpClient } from '@angular/common/http';
import { DOCUMENT, Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { listIngestions } from '../../api/fn/ingestions/list-ingestions';
import { IngestionAnswer } from '../../api/models/ingestion-answer';
import { linesOf, parsedOrNull, requestFailure } from '../../core/streamed-answer';
import { Ingestion, Reject } from './ingestion';

export type UploadEvent =
  /** Bytes that left this machine. */
  { readonly kind: 'sent'; readonly bytes: number } | { readonly kind: 'received'; readonly ingestion: Ingestion };

/** The wire of the ingestions. Failures come as `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class IngestionsClient {
  private readonly http = inject(HttpClient);
  private readonly window = inject(DOCUMENT).defaultView;

  /** Newest first. */
  list(): Observable<readonly Ingestion[]> {
    return listIngestions(this.http, '').pipe(map(({ body }) => body.ingestions));
  }

  /**
   * Sends a file, which the server folds while it comes. Unsubscribing aborts. By XMLHttpRequest: `fetch` does not tell how much
   * it has sent.
   */
  upload(file: File): Observable<UploadEvent> {
    return new Observable((subscriber) => {
      const request = new XMLHttpRequest();
      const url = `/ingestions?name=${encodeURIComponent(file.name)}`;
      request.open('POST', url);
      request.setRequestHeader('accept', 'application/json');
      request.setRequestHeader('content-type', /\.gz$/i.test(file.name) ? 'application/gzip' : 'application/x-ndjson');
      request.upload.onprogress = ({ loaded }) => subscriber.next({ kind: 'sent', bytes: loaded });
      request.onload = () => {
        const body = parsedOrNull(request.responseText);
        if (request.status === 202) {
          const { ingestion } = body as IngestionAnswer; // so the description of the API says of 202
          subscriber.next({ kind: 'received', ingestion });
          subscriber.complete();
        } else subscriber.error(requestFailure(request.status, body, url));
      };
      request.onerror = () => subscriber.error(requestFailure(0, null, url));
      request.send(file);
      return () => request.abort();
    });
  }

  /** The state of an ingestion as it changes, until it has ended. The browser connects again by itself when the line breaks. */
  watch(id: number): Observable<Ingestion> {
    return new Observable((subscriber) => {
      const source = new EventSource(`/ingestions/${id}/progress`);
      const read = (event: MessageEvent<string>): void =>
        subscriber.next((JSON.parse(event.data) as IngestionAnswer).ingestion); // so the description of the API says
      source.addEventListener('progress', read);
      source.addEventListener('end', (event: MessageEvent<string>) => {
        read(event);
        subscriber.complete();
      });
      return () => source.close();
    });
  }

  /** The first rejected lines; the rest is left where it is. */
  rejects(id: number, most: number): Observable<readonly Reject[]> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const url = this.rejectsUrl(id);
      readRejects(url, most, abort.signal).then(
        (read) => {
          subscriber.next(read);
          subscriber.complete();
        },
        (error: unknown) => subscriber.error(error),
      );
      return () => abort.abort();
    });
  }

  rejectsUrl(id: number): string {
    return `/ingestions/${id}/rejects`;
  }

  /** Calls back when the page is about to be closed. Gives what ends that. */
  onUnload(warn: (event: BeforeUnloadEvent) => void): () => void {
    this.window?.addEventListener('beforeunload', warn);
    return () => this.window?.removeEventListener('beforeunload', warn);
  }
}

async function readRejects(url: string, most: number, signal: AbortSignal): Promise<Reject[]> {
  const rejects: Reject[] = [];
  for await (const line of linesOf(url, { headers: { accept: '*/*' }, signal })) {
    rejects.push(JSON.parse(line) as Reject); // so the description of the API says
    if (rejects.length === most) break;
  }
  return rejects;
}
