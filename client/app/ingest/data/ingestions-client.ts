import { HttpClient, HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { DOCUMENT, Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { listIngestions } from '../../api/fn/ingestions/list-ingestions';
import { IngestionAnswer } from '../../api/models/ingestion-answer';
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
        const body = parsed(request.responseText);
        if (request.status === 202) {
          const { ingestion } = body as IngestionAnswer; // so the description of the API says of 202
          subscriber.next({ kind: 'received', ingestion });
          subscriber.complete();
        } else subscriber.error(failure(request.status, body, url));
      };
      request.onerror = () => subscriber.error(failure(0, null, url));
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
          if (read instanceof HttpErrorResponse) subscriber.error(read);
          else {
            subscriber.next(read);
            subscriber.complete();
          }
        },
        () => subscriber.error(failure(0, null, url)),
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

async function readRejects(url: string, most: number, signal: AbortSignal): Promise<Reject[] | HttpErrorResponse> {
  const answer = await fetch(url, { headers: { accept: '*/*' }, signal });
  if (!answer.ok || !answer.body) return failure(answer.status, parsed(await answer.text()), url);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const rejects: Reject[] = [];
  for (let rest = ''; rejects.length < most;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) rejects.push(JSON.parse(line) as Reject); // so the description of the API says
    if (done) break;
  }
  await reader.cancel();
  return rejects.slice(0, most);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failure(status: number, error: unknown, url: string): HttpErrorResponse {
  return new HttpErrorResponse({ status, error, url, headers: new HttpHeaders() });
}
