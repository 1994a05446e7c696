import { HttpHeaders, HttpInterceptorFn, HttpRequest, HttpResponse } from '@angular/common/http';
import { Observable, catchError, from, switchMap } from 'rxjs';

interface EarlyAnswer {
  readonly answer: Response;
  /** Parsed already: where it is here before the page is, the page shows it at once. */
  readonly body: unknown;
}

declare global {
  /** What `index.html` asked for before the scripts were here, by URL. */
  var earlyAnswers: Map<string, Promise<EarlyAnswer>> | undefined;
}

/** Gives the first request for what was asked for early the answer to that; what did not succeed is asked for anew. */
export const takeEarlyAnswer: HttpInterceptorFn = (request, next) => {
  const early = taken(request);
  if (!early) return next(request);
  return from(early.then(read)).pipe(
    catchError(() => from([null])),
    switchMap((answer): Observable<HttpResponse<unknown>> | ReturnType<typeof next> =>
      answer ? from([answer]) : next(request),
    ),
  );
};

function taken({ method, urlWithParams }: HttpRequest<unknown>): Promise<EarlyAnswer> | undefined {
  if (method !== 'GET') return undefined;
  const early = globalThis.earlyAnswers?.get(urlWithParams);
  globalThis.earlyAnswers?.delete(urlWithParams);
  return early;
}

function read({ answer, body }: EarlyAnswer): HttpResponse<unknown> | null {
  const { status, statusText, url } = answer;
  return answer.ok
    ? new HttpResponse({ body, headers: new HttpHeaders(answer.headers), status, statusText, url })
    : null;
}
