import { HttpClient } from '@angular/common/http';
import { DOCUMENT, Injectable, inject } from '@angular/core';
import { EMPTY, Observable, catchError, map, switchMap, timer } from 'rxjs';

import { getIngestion } from '../../api/fn/ingestions/get-ingestion';
import { listIngestions } from '../../api/fn/ingestions/list-ingestions';
import { IngestionAnswer } from '../../api/models/ingestion-answer';
import { LoginAgain, afterLogin } from '../../core/login-again';
import { LoginCheck } from '../../core/login-check';
import { requestFailure } from '../../core/request-failure';
import { linesOf, parsedOrNull } from '../../core/streamed-answer';
import { Ingestion, Reject } from './ingestion';

export type UploadEvent =
  /** Bytes sent so far. */
  { readonly kind: 'sent'; readonly bytes: number } | { readonly kind: 'received'; readonly ingestion: Ingestion };

/** Pause before a refused request for the progress is sent again (ms). */
const REFUSED_MS = 1000;

/** Starts and reads ingestions. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class IngestionsClient {
  private readonly http = inject(HttpClient);
  private readonly login = inject(LoginAgain);
  private readonly check = inject(LoginCheck);
  private readonly window = inject(DOCUMENT).defaultView;

  /** Newest first. */
  list(): Observable<readonly Ingestion[]> {
    return listIngestions(this.http, '').pipe(map(({ body }) => body.ingestions));
  }

  /**
   * Sends a file, which the server ingests while it arrives. Unsubscribing aborts. Uses XMLHttpRequest, because `fetch` does not
   * tell how many bytes it has sent.
   */
  upload(file: File): Observable<UploadEvent> {
    return new Observable<UploadEvent>((subscriber) => {
      const request = new XMLHttpRequest();
      const url = `/ingestions?name=${encodeURIComponent(uploadName(file))}`;
      request.open('POST', url);
      request.setRequestHeader('accept', 'application/json');
      request.setRequestHeader('content-type', /\.gz$/i.test(file.name) ? 'application/gzip' : 'application/x-ndjson');
      request.upload.onprogress = ({ loaded }) => subscriber.next({ kind: 'sent', bytes: loaded });
      request.onload = () => {
        const body = parsedOrNull(request.responseText);
        if (request.status === 202) {
          const { ingestion } = body as IngestionAnswer; // Safe by the description of the API.
          subscriber.next({ kind: 'received', ingestion });
          subscriber.complete();
        } else subscriber.error(requestFailure(request.status, body, url));
      };
      request.onerror = () => void this.check.explain(url).then((failure) => subscriber.error(failure));
      request.send(file);
      return () => request.abort();
    }).pipe(afterLogin(this.login));
  }

  /**
   * The state of an ingestion as it changes, until it has ended or cannot be read. The browser reconnects by itself unless it is refused.
   * It does not say why, so the ingestion is then read as usual, which asks for a login if there is none.
   */
  watch(id: number): Observable<Ingestion> {
    const again = () => timer(REFUSED_MS).pipe(switchMap(() => getIngestion(this.http, '', { id })));
    return this.progress(id).pipe(
      catchError(() => again().pipe(switchMap(() => this.watch(id)))),
      catchError(() => EMPTY),
    );
  }

  /** Fails when the browser was refused. */
  private progress(id: number): Observable<Ingestion> {
    return new Observable((subscriber) => {
      const source = new EventSource(`/ingestions/${id}/progress`);
      const read = (event: MessageEvent<string>): void =>
        subscriber.next((JSON.parse(event.data) as IngestionAnswer).ingestion); // Safe by the description of the API.
      source.addEventListener('progress', read);
      source.addEventListener('end', (event: MessageEvent<string>) => {
        read(event);
        subscriber.complete();
      });
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) subscriber.error(new Error('The progress was refused.'));
      });
      return () => source.close();
    });
  }

  /** Reads the first rejected lines. The rest of the answer is not read. */
  rejects(id: number, most: number): Observable<readonly Reject[]> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const url = this.rejectsUrl(id);
      readRejects(url, most, abort.signal, this.check).then(
        (read) => {
          subscriber.next(read);
          subscriber.complete();
        },
        (error: unknown) => subscriber.error(error),
      );
      return () => abort.abort();
    });
  }

  /** @param format `lines`: the lines alone, as they were sent */
  rejectsUrl(id: number, format: 'json' | 'lines' = 'json'): string {
    return `/ingestions/${id}/rejects${format === 'lines' ? '?format=lines' : ''}`;
  }

  /** Calls a handler when the page is about to be closed. Returns a function that removes the handler. */
  onUnload(warn: (event: BeforeUnloadEvent) => void): () => void {
    this.window?.addEventListener('beforeunload', warn);
    return () => this.window?.removeEventListener('beforeunload', warn);
  }
}

/** The most bytes of the name of an ingestion. */
const NAME_BYTES = 255;

/** The name of a file as the name of its ingestion, which has at most 255 bytes and no control characters. */
export function uploadName({ name }: File): string {
  const printable = name.replace(/\p{Cc}/gu, ' ');
  return printable.slice(0, new TextEncoder().encodeInto(printable, new Uint8Array(NAME_BYTES)).read);
}

async function readRejects(url: string, most: number, signal: AbortSignal, login: LoginCheck): Promise<Reject[]> {
  const rejects: Reject[] = [];
  for await (const line of linesOf(url, { headers: { accept: '*/*' }, signal }, login)) {
    rejects.push(JSON.parse(line) as Reject); // Safe by the description of the API.
    if (rejects.length === most) break;
  }
  return rejects;
}
