import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { getHistory } from '../../api/fn/customers/get-history';
import { HISTORY_PER_PAGE, HistoryEntry } from '../model/history';

/** A page of the history of a customer, newest entry first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** True if there are older entries. */
  readonly more: boolean;
}

/** Reads the history of a customer. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class HistoryClient {
  private readonly http = inject(HttpClient);

  /** @param before the id of an entry: only older ones are read */
  page(id: string, before?: number): Observable<HistoryPage> {
    const params = { id, limit: HISTORY_PER_PAGE, ...(before !== undefined && { before }) };
    return getHistory(this.http, '', params).pipe(map(({ body }) => ({ entries: body.history, more: body.meta.more })));
  }
}
