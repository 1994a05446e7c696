import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { exportAuditAsCsv } from '../../api/fn/access/export-audit-as-csv';
import { exportAuditAsJsonLines } from '../../api/fn/access/export-audit-as-json-lines';
import { ListAudit$Params, listAudit } from '../../api/fn/access/list-audit';
import { AuditEntryView } from '../../api/models/audit-entry-view';

export type AuditEntry = Readonly<AuditEntryView>;
export type AuditAction = AuditEntry['action'];
/** Which entries are asked for. Times are RFC 3339. */
export type AuditFilter = Readonly<Pick<ListAudit$Params, 'action' | 'author' | 'target' | 'since' | 'until'>>;

/** A page of the audit, newest entry first. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** For the next page; null when there are no older entries. */
  readonly next: number | null;
}

/** Reads the audit. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class AuditClient {
  private readonly http = inject(HttpClient);

  /** @param before the `next` of the page before */
  page(filter: AuditFilter, before: number | null): Observable<AuditPage> {
    return listAudit(this.http, '', { ...filter, ...(before !== null && { before }) }).pipe(
      map(({ body }) => ({ entries: body.entries, next: body.meta.next ?? null })),
    );
  }

  exportUrl(form: 'csv' | 'jsonl', filter: AuditFilter): string {
    const path = form === 'csv' ? exportAuditAsCsv.PATH : exportAuditAsJsonLines.PATH;
    const query = new URLSearchParams({ ...filter }).toString();
    return query === '' ? path : `${path}?${query}`;
  }
}
