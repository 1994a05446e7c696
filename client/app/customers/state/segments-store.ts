import { Injectable, computed, effect, inject, signal } from '@angular/core';
import { EMPTY, Observable, catchError, finalize, firstValueFrom, lastValueFrom, map } from 'rxjs';

import { LocalStore } from '../../core/local-store';
import { readProblem } from '../../core/problem';
import { CustomerOrder, CustomerSelection } from '../model/customer-query';
import { Segment, SegmentsClient } from '../wire/segments-client';
import { Saved } from './customer-store';

/** Key of what this browser remembers: whether there were segments. */
const KEY = 'segments';

/** The segments. When they can not be loaded, those that are known stay. A number of customers stays until it is counted again. */
@Injectable({ providedIn: 'root' })
export class SegmentsStore {
  private readonly client = inject(SegmentsClient);
  private readonly local = inject(LocalStore);
  private readonly _segments = signal<readonly Segment[]>([]);
  /** The ids of segments whose number of customers is missing or old. */
  private readonly uncounted = signal<readonly number[]>([]);
  private readonly counting = signal(false);
  private readonly loaded = signal(false);
  private readonly _settled = signal(false);
  private latest = 0;

  /** Sorted by name. */
  readonly segments = this._segments.asReadonly();
  /** True if a first request for the segments has ended, with or without them. */
  readonly settled = this._settled.asReadonly();
  /** The id of the segment to count next; null for none, and while one is counted. */
  readonly nextToCount = computed(() => (this.counting() ? null : (this.uncounted().at(0) ?? null)));

  constructor() {
    effect(() => {
      if (this.loaded()) this.local.write(KEY, this._segments().length > 0 ? 'some' : 'none');
    });
  }

  /** Tells whether segments are likely to arrive: none has, and this browser does not remember that there were none. */
  areExpected(): boolean {
    return !this.loaded() && this.local.read(KEY) !== 'none';
  }

  /** Sets the segments synchronously when an early answer has arrived, so that they are part of the first paint. */
  load(): Promise<void> {
    const request = ++this.latest;
    const listed = this.client.list().pipe(
      map((segments) => {
        if (request === this.latest) this.take(sorted(segments));
      }),
      // The list beside the segments says that the server is away.
      catchError(() => EMPTY),
      finalize(() => this._settled.set(true)),
    );
    return lastValueFrom(listed, { defaultValue: undefined });
  }

  /** Asks for the number of customers of one segment, which the list of segments leaves out if it is not known. */
  async count(id: number): Promise<void> {
    const request = this.latest;
    this.counting.set(true);
    try {
      const counted = await firstValueFrom(this.client.get(id));
      this._segments.update((segments) => segments.map((segment) => (segment.id === id ? counted : segment)));
    } catch {
      // The segment stays without a number.
    }
    if (request === this.latest) this.uncounted.update((ids) => ids.filter((other) => other !== id));
    this.counting.set(false);
  }

  create(name: string, list: CustomerSelection & CustomerOrder): Promise<Saved<Segment>> {
    return this.write(this.client.create(name, list));
  }

  rename(id: number, name: string): Promise<Saved<Segment>> {
    return this.write(this.client.rename(id, name));
  }

  /** Replaces what the segment selects, and its order. */
  redefine(id: number, list: CustomerSelection & CustomerOrder): Promise<Saved<Segment>> {
    return this.write(this.client.redefine(id, list));
  }

  async remove(id: number): Promise<Saved<void>> {
    try {
      await firstValueFrom(this.client.remove(id));
      this.latest++;
      this._segments.update((segments) => segments.filter((segment) => segment.id !== id));
      return { ok: true, value: undefined };
    } catch (error: unknown) {
      return { ok: false, problem: readProblem(error) };
    }
  }

  private take(segments: readonly Segment[]): void {
    const known = new Map(this._segments().map((segment) => [segment.id, segment]));
    this.uncounted.set(segments.filter(({ customers }) => customers === undefined).map(({ id }) => id));
    this._segments.set(segments.map((segment) => withCount(segment, known.get(segment.id))));
    this.loaded.set(true);
  }

  private async write(request: Observable<Segment>): Promise<Saved<Segment>> {
    try {
      const value = await firstValueFrom(request);
      this.latest++;
      this._segments.update((segments) => sorted([...segments.filter(({ id }) => id !== value.id), value]));
      return { ok: true, value };
    } catch (error: unknown) {
      return { ok: false, problem: readProblem(error) };
    }
  }
}

function withCount(segment: Segment, { customers, customers_is_minimum }: Partial<Segment> = {}): Segment {
  return segment.customers === undefined ? { ...segment, customers, customers_is_minimum } : segment;
}

function sorted(segments: readonly Segment[]): Segment[] {
  return [...segments].sort((a, b) => a.name.localeCompare(b.name));
}
