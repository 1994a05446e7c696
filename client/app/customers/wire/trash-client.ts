import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { listTrash } from '../../api/fn/customers/list-trash';
import { restoreCustomer } from '../../api/fn/customers/restore-customer';
import { TRASH_PER_PAGE, TrashEntry } from '../model/trash-entry';

/** A page of the trash, the last deleted customer first. */
export interface TrashPage {
  readonly entries: readonly TrashEntry[];
  /** The place of the next page; missing on the last one. */
  readonly next?: string;
}

/** Reads and restores deleted customers. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class TrashClient {
  private readonly http = inject(HttpClient);

  page(before?: string): Observable<TrashPage> {
    const params = { limit: TRASH_PER_PAGE, ...(before !== undefined && { before }) };
    return listTrash(this.http, '', params).pipe(map(({ body }) => ({ ...body, ...body.meta })));
  }

  /** Null for a customer that is not in the trash. */
  entry(id: string): Observable<TrashEntry | null> {
    return listTrash(this.http, '', { id }).pipe(map(({ body }) => body.entries.at(0) ?? null));
  }

  restore(id: string): Observable<void> {
    return restoreCustomer(this.http, '', { id }).pipe(map(() => undefined));
  }
}
