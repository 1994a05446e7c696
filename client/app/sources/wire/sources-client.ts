import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { changeSourceKey } from '../../api/fn/sources/change-source-key';
import { createSource } from '../../api/fn/sources/create-source';
import { deleteSource } from '../../api/fn/sources/delete-source';
import { getSource } from '../../api/fn/sources/get-source';
import { getSourceCounts } from '../../api/fn/sources/get-source-counts';
import { getSourceRejects } from '../../api/fn/sources/get-source-rejects';
import { listSources } from '../../api/fn/sources/list-sources';
import { updateSource } from '../../api/fn/sources/update-source';
import { HourCounts, NewSource, Source, SourceChange, SourceReject, SourceWithKey } from '../model/source';

/** A page of rejects, the newest first. */
export interface RejectPage {
  readonly rejects: readonly SourceReject[];
  /** For the next page; null when there are no older ones. */
  readonly next: number | null;
}

const REJECTS_PER_PAGE = 50;

/** Manages sources. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class SourcesClient {
  private readonly http = inject(HttpClient);

  list(): Observable<readonly Source[]> {
    return listSources(this.http, '').pipe(map(({ body }) => body.sources));
  }

  read(id: number): Observable<Source> {
    return getSource(this.http, '', { id }).pipe(map(({ body }) => body.source));
  }

  create(source: NewSource): Observable<SourceWithKey> {
    return createSource(this.http, '', { body: { source } }).pipe(map(({ body }) => body));
  }

  change(id: number, source: SourceChange): Observable<Source> {
    return updateSource(this.http, '', { id, body: { source } }).pipe(map(({ body }) => body.source));
  }

  remove(id: number): Observable<void> {
    return deleteSource(this.http, '', { id }).pipe(map(() => undefined));
  }

  /** Makes a new key. The present one works for some hours more. */
  newKey(id: number, overlapHours: number): Observable<SourceWithKey> {
    return changeSourceKey(this.http, '', { id, body: { overlap_hours: overlapHours } }).pipe(map(({ body }) => body));
  }

  /** The counts of the last hours, the present one last. */
  counts(id: number, hours: number): Observable<readonly HourCounts[]> {
    return getSourceCounts(this.http, '', { id, hours }).pipe(map(({ body }) => body.counts));
  }

  /** @param before the `next` of the page before */
  rejects(id: number, before: number | null): Observable<RejectPage> {
    return getSourceRejects(this.http, '', { id, limit: REJECTS_PER_PAGE, ...(before !== null && { before }) }).pipe(
      map(({ body }) => ({ rejects: body.rejects, next: body.meta.next ?? null })),
    );
  }
}
