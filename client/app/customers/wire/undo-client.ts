import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { getHistory } from '../../api/fn/customers/get-history';
import { undoEdit } from '../../api/fn/customers/undo-edit';
import { CustomerVersion } from '../model/customer';
import { HistoryEntry } from '../model/history';

/** The server of the admin is that of the API. */
const ROOT = '';

/** The edits that are searched for one to undo. */
const LAST_EDITS = 20;

/** Undoes edits of customers. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class UndoClient {
  private readonly http = inject(HttpClient);

  /** The last edits, newest first. */
  lastEdits(id: string): Observable<readonly HistoryEntry[]> {
    // Safe: values of attributes are JSON.
    return getHistory(this.http, ROOT, { id, limit: LAST_EDITS }).pipe(
      map(({ body }) => body.history as readonly HistoryEntry[]),
    );
  }

  /**
   * Puts back what an edit changed. Fails with 409 if one of its attributes was changed since.
   * @param entry its id in the history, or in the timeline
   * @returns null if that deleted the customer
   */
  undo(id: string, entry: string): Observable<CustomerVersion | null> {
    return undoEdit(this.http, ROOT, { id, entry }).pipe(
      map(({ body, headers }) => ('customer' in body ? { customer: body.customer, etag: headers.get('etag') } : null)),
    );
  }
}
