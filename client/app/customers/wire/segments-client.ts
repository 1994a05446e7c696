import { HttpClient } from '@angular/common/http';
import { Injectable, inject } from '@angular/core';
import { Observable, map } from 'rxjs';

import { createSegment } from '../../api/fn/segments/create-segment';
import { deleteSegment } from '../../api/fn/segments/delete-segment';
import { getSegment } from '../../api/fn/segments/get-segment';
import { getSegmentsOfCustomer } from '../../api/fn/segments/get-segments-of-customer';
import { listSegments } from '../../api/fn/segments/list-segments';
import { updateSegment } from '../../api/fn/segments/update-segment';
import { SegmentView } from '../../api/models/segment-view';
import { parsedWhere, zoneOf } from '../model/conditions';
import { CustomerOrder, CustomerSelection } from '../model/customer-query';

/** A selection of customers with an order, saved under a name, with the number of customers in it once they are counted. */
export type Segment = Readonly<Omit<SegmentView, 'where'>> & {
  /** As JSON; missing for none. */ readonly where?: string;
};

/** Reads and writes segments. Fails with `HttpErrorResponse`. */
@Injectable({ providedIn: 'root' })
export class SegmentsClient {
  private readonly http = inject(HttpClient);

  /** A number of customers is missing unless the server knows it without counting. */
  list(): Observable<readonly Segment[]> {
    return listSegments(this.http, '').pipe(map(({ body }) => body.segments.map(segmentOf)));
  }

  /** Returns the segment with its number of customers. */
  get(id: number): Observable<Segment> {
    return getSegment(this.http, '', { id }).pipe(map(({ body }) => segmentOf(body.segment)));
  }

  /** The segments that a customer is in. */
  ofCustomer(id: string): Observable<readonly Segment[]> {
    return getSegmentsOfCustomer(this.http, '', { id }).pipe(map(({ body }) => body.segments.map(segmentOf)));
  }

  create(name: string, list: CustomerSelection & CustomerOrder): Observable<Segment> {
    const body = { segment: { name, ...listOf(list) } };
    return createSegment(this.http, '', { body }).pipe(map(({ body: { segment } }) => segmentOf(segment)));
  }

  rename(id: number, name: string): Observable<Segment> {
    return this.update(id, { name });
  }

  /** Replaces what the segment selects, and its order. */
  redefine(id: number, list: CustomerSelection & CustomerOrder): Observable<Segment> {
    return this.update(id, listOf(list));
  }

  remove(id: number): Observable<void> {
    return deleteSegment(this.http, '', { id }).pipe(map(() => undefined));
  }

  private update(id: number, segment: { name?: string } & Partial<ReturnType<typeof listOf>>): Observable<Segment> {
    return updateSegment(this.http, '', { id, body: { segment } }).pipe(map(({ body }) => segmentOf(body.segment)));
  }
}

function segmentOf({ where, ...segment }: SegmentView): Segment {
  return where ? { ...segment, where: JSON.stringify(where) } : segment;
}

function listOf(list: CustomerSelection & CustomerOrder): {
  search: string;
  filters: string[];
  where: object | null;
  tz: string;
} & CustomerOrder {
  const { search, filters, sort, order } = list;
  const where = parsedWhere(list.where);
  return { search, filters: [...filters], where, tz: zoneOf(list).tz ?? '', sort, order };
}
