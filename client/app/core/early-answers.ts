import { HttpEvent, HttpHeaders, HttpInterceptorFn, HttpRequest, HttpResponse } from '@angular/common/http';
import { Observable, catchError, from, of, switchMap } from 'rxjs';

export interface EarlyAnswer {
  readonly answer: Response;
  readonly body: unknown;
}

export interface EarlyRequest {
  readonly promise: Promise<EarlyAnswer>;
  /** Set when it is here. */
  readonly settled?: EarlyAnswer;
}

declare global {
  /** What `client/early` asked for before the scripts were here, by URL. */
  var earlyRequests: Map<string, EarlyRequest> | undefined;
}

/**
 * Gives the first request for what was asked for early the answer to that, at once where it is here: the page is drawn with it
 * then, and not without it before. What did not succeed is asked for anew.
 */
export const takeEarlyAnswer: HttpInterceptorFn = (request, next) => {
  const early = taken(request);
  if (!early) return next(request);
  const answer = early.settled
    ? of(responseOf(early.settled))
    : from(early.promise.then(responseOf)).pipe(catchError(() => of(null)));
  return answer.pipe(
    switchMap((response): Observable<HttpEvent<unknown>> => (response ? of(response) : next(request))),
  );
};

function taken({ method, urlWithParams }: HttpRequest<unknown>): EarlyRequest | undefined {
  if (method !== 'GET') return undefined;
  const early = globalThis.earlyRequests?.get(urlWithParams);
  globalThis.earlyRequests?.delete(urlWithParams);
  return early;
}

function responseOf({ answer, body }: EarlyAnswer): HttpResponse<unknown> | null {
  const { status, statusText, url } = answer;
  return answer.ok
    ? new HttpResponse({ body, headers: new HttpHeaders(answer.headers), status, statusText, url })
    : null;
}
