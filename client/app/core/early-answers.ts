import {
  HttpErrorResponse,
  HttpEvent,
  HttpHeaders,
  HttpInterceptorFn,
  HttpRequest,
  HttpResponse,
} from '@angular/common/http';
import { Observable, catchError, from, of, switchMap, throwError } from 'rxjs';

export interface EarlyAnswer {
  readonly answer: Response;
  /** The body as text; null if the request was refused for another reason than that there is no such thing. */
  readonly body: string | null;
}

export interface EarlyRequest {
  readonly promise: Promise<EarlyAnswer>;
  /** The answer, once it has arrived. */
  readonly settled?: EarlyAnswer;
}

declare global {
  /** The requests that `client/early` made before the scripts were loaded, by URL. */
  var earlyRequests: Map<string, EarlyRequest> | undefined;
}

/**
 * Answers the first request for a URL with the early answer to it. An answer that has arrived is given synchronously, so the
 * first drawing of the page holds it; so does the answer that there is no such thing (404). When the early request failed otherwise, the
 * request is sent as usual.
 */
export const takeEarlyAnswer: HttpInterceptorFn = (request, next) => {
  const early = taken(request);
  if (!early) return next(request);
  const answer = early.settled
    ? of(responseOf(early.settled))
    : from(early.promise.then(responseOf)).pipe(catchError(() => of(null)));
  return answer.pipe(
    switchMap((response): Observable<HttpEvent<unknown>> => {
      if (response instanceof HttpErrorResponse) return throwError(() => response);
      return response ? of(response) : next(request);
    }),
  );
};

function taken({ method, urlWithParams }: HttpRequest<unknown>): EarlyRequest | undefined {
  if (method !== 'GET') return undefined;
  const early = globalThis.earlyRequests?.get(urlWithParams);
  globalThis.earlyRequests?.delete(urlWithParams);
  return early;
}

function responseOf({ answer, body }: EarlyAnswer): HttpResponse<unknown> | HttpErrorResponse | null {
  const { status, statusText, url } = answer;
  const init = { headers: new HttpHeaders(answer.headers), status, statusText, url };
  if (status === 404) return new HttpErrorResponse({ ...init, error: body });
  return answer.ok ? new HttpResponse({ ...init, body }) : null;
}
