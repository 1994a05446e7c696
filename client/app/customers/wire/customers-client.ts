import { HttpClient, HttpErrorResponse } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, catchError, map, of, throwError } from 'rxjs';

import { createCustomer } from '../../api/fn/customers/create-customer';
import { deleteCustomer } from '../../api/fn/customers/delete-customer';
import { getCustomer } from '../../api/fn/customers/get-customer';
import { listCustomers } from '../../api/fn/customers/list-customers';
import { updateCustomer } from '../../api/fn/customers/update-customer';
import { CustomerAnswer } from '../../api/models/customer-answer';
import { StrictHttpResponse } from '../../api/strict-http-response';
import { AttributeChanges, Attributes, Customer, CustomerPage, CustomerVersion } from '../model/customer';
import { zoneOf } from '../model/conditions';
import { CustomerQuery, writeQuery } from '../model/customer-query';

/** The server of the admin is that of the API. */
const ROOT = '';

const NOT_MODIFIED = 304;

/** Reads and writes customers. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class CustomersClient {
  private readonly http = inject(HttpClient);

  page(query: CustomerQuery): Observable<CustomerPage> {
    const { search, filter, where, sort, order } = writeQuery(query);
    return listCustomers(this.http, ROOT, {
      ...(search && { search }),
      ...(filter && { filter }),
      ...(where && { where }),
      ...zoneOf(query),
      ...(sort && { sort }),
      ...(order && { order }),
      page: query.page,
      per_page: query.perPage,
      // Safe: only a walk has no number of its page.
    }).pipe(map(({ body }) => body as CustomerPage));
  }

  read(id: string): Observable<CustomerVersion> {
    return getCustomer(this.http, ROOT, { id }).pipe(map(version));
  }

  /** @param etag of a known version. @returns null if there is no newer one */
  newer(id: string, etag: string): Observable<CustomerVersion | null> {
    return getCustomer(this.http, ROOT, { id, 'If-None-Match': etag }).pipe(
      map(version),
      catchError((error: unknown) =>
        error instanceof HttpErrorResponse && error.status === NOT_MODIFIED ? of(null) : throwError(() => error),
      ),
    );
  }

  /**
   * Reads a customer as it was at a moment.
   * @param at RFC 3339; fails with 404 if the customer did not exist then, and with 409 if the log does not reach that moment
   */
  readAt(id: string, at: string): Observable<Customer> {
    return getCustomer(this.http, ROOT, { id, at }).pipe(map(({ body }) => body.customer));
  }

  /** Creates a customer. Fails with 412 when one with this id exists. */
  create(id: string, attributes: Attributes): Observable<CustomerVersion> {
    const body = { customer: { id, attributes } };
    return createCustomer(this.http, ROOT, { 'If-None-Match': '*', body }).pipe(map(version));
  }

  /** @param etag of the edited version; fails with 412 when there is a newer one */
  update(id: string, attributes: AttributeChanges, etag: string | null): Observable<CustomerVersion> {
    const body = { customer: { attributes } };
    return updateCustomer(this.http, ROOT, { id, ...ifMatch(etag), body }).pipe(map(version));
  }

  /** @param etag null deletes any version */
  remove(id: string, etag: string | null): Observable<void> {
    return deleteCustomer(this.http, ROOT, { id, ...ifMatch(etag) }).pipe(map(() => undefined));
  }

  /** Removes all that is kept of a customer. @param etag null for any version. @returns the names of the sources in which it occurs */
  erase(id: string, etag: string | null): Observable<readonly string[]> {
    return deleteCustomer(this.http, ROOT, { id, erase: 'true', ...ifMatch(etag) }).pipe(
      map(({ body }) => ('sources' in body ? body.sources.map(({ name }) => name) : [])),
    );
  }
}

function ifMatch(etag: string | null): { 'If-Match'?: string } {
  return etag === null ? {} : { 'If-Match': etag };
}

function version({ body, headers }: StrictHttpResponse<CustomerAnswer>): CustomerVersion {
  return { customer: body.customer, etag: headers.get('etag') };
}
