import { HttpInterceptorFn, HttpResponse } from '@angular/common/http';
import { map } from 'rxjs';

import { JsonValue, parseJson, writeJson } from './exact-json';

/** Sends and reads JSON with the characters of its numbers. `HttpClient` itself would make doubles of them. */
export const keepNumbers: HttpInterceptorFn = (request, next) => {
  if (request.responseType !== 'json') return next(request);
  const exact =
    request.body === null
      ? request.clone({ responseType: 'text' })
      : request.clone({
          responseType: 'text',
          body: writeJson(request.body as JsonValue), // Safe: all bodies that are answered with JSON are JSON.
          setHeaders: { 'content-type': 'application/json' },
        });
  return next(exact).pipe(
    map((event) =>
      event instanceof HttpResponse && typeof event.body === 'string'
        ? event.clone({ body: event.body === '' ? null : parseJson(event.body) })
        : event,
    ),
  );
};
