import { HttpClient, HttpHeaders, HttpResponse } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { AttributeChanges, Attributes, Customer, CustomerPage, CustomerVersion } from './customer';

interface CustomerBody {
  readonly customer: Customer;
}

/** The wire: the only place that knows paths, headers and bodies. Failures come as `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class CustomersClient {
  private readonly http = inject(HttpClient);

  page(page: number, perPage: number): Observable<CustomerPage> {
    return this.http.get<CustomerPage>('/customers', { headers: headers(), params: { page, per_page: perPage } });
  }

  read(id: string): Observable<CustomerVersion> {
    return this.http.get<CustomerBody>(path(id), { headers: headers(), observe: 'response' }).pipe(map(version));
  }

  /** 412 when there is a customer with this id. */
  create(id: string, attributes: Attributes): Observable<CustomerVersion> {
    const body = { customer: { id, attributes } };
    return this.http
      .post<CustomerBody>('/customers', body, { headers: headers({ 'if-none-match': '*' }), observe: 'response' })
      .pipe(map(version));
  }

  /** @param etag of the version the changes were made on; 412 when there is a newer one */
  update(id: string, attributes: AttributeChanges, etag: string | null): Observable<CustomerVersion> {
    const body = { customer: { attributes } };
    return this.http
      .patch<CustomerBody>(path(id), body, { headers: headers(ifMatch(etag)), observe: 'response' })
      .pipe(map(version));
  }

  /** @param etag null deletes whatever version there is */
  remove(id: string, etag: string | null): Observable<void> {
    return this.http.delete(path(id), { headers: headers(ifMatch(etag)) }).pipe(map(() => undefined));
  }
}

const path = (id: string): string => `/customers/${encodeURIComponent(id)}`;

const ifMatch = (etag: string | null): Record<string, string> => (etag ? { 'if-match': etag } : {});

/** The same address serves a page to browsers, so every request says that it wants JSON. */
const headers = (more: Record<string, string> = {}): HttpHeaders =>
  new HttpHeaders({ accept: 'application/json', ...more });

function version(response: HttpResponse<CustomerBody>): CustomerVersion {
  if (!response.body) throw new Error(`No body in the answer of ${response.url}`);
  return { customer: response.body.customer, etag: response.headers.get('etag') };
}
