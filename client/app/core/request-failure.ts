import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';

/** Makes the error of `HttpClient` for a request that did not use it. */
export function requestFailure(status: number, error: unknown, url: string): HttpErrorResponse {
  return new HttpErrorResponse({ status, error, url, headers: new HttpHeaders() });
}
