import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { suppressCustomer } from '../../api/fn/customers/suppress-customer';
import { unsuppressCustomer } from '../../api/fn/customers/unsuppress-customer';

/** Suppresses customers. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class SuppressionClient {
  private readonly http = inject(HttpClient);

  /** Deletes a customer, which need not exist, and has every later message of the id rejected. */
  suppress(id: string): Observable<void> {
    return suppressCustomer(this.http, '', { id }).pipe(map(() => undefined));
  }

  /** Has messages of the id taken again. */
  unsuppress(id: string): Observable<void> {
    return unsuppressCustomer(this.http, '', { id }).pipe(map(() => undefined));
  }
}
