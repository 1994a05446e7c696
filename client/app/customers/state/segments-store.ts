import { Injectable, computed, inject, signal } from '@angular/core';
import { Observable, firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { CustomerOrder, CustomerSelection } from '../model/customer-query';
import { Segment, SegmentsClient } from '../wire/segments-client';
import { Saved } from './customer-store';

/** The segments. When they can not be loaded, those that are known stay. A number of customers stays until it is counted again. */
@Injectable({ providedIn: 'root' })
export class SegmentsStore {
  private readonly client = inject(SegmentsClient);
  private readonly _segments = signal<readonly Segment[]>([]);
  /** The ids of segments whose number of customers is missing or old. */
  private readonly uncounted = signal<readonly number[]>([]);
  private readonly counting = signal(false);
  private latest = 0;

  /** Sorted by name. */
  readonly segments = this._segments.asReadonly();
  /** The id of the segment to count next; null for none, and while one is counted. */
  readonly nextToCount = computed(() => (this.counting() ? null : (this.uncounted().at(0) ?? null)));

  async load(): Promise<void> {
    const request = ++this.latest;
    try {
      const segments = sorted(await firstValueFrom(this.client.list()));
      if (request !== this.latest) return;
      const known = new Map(this._segments().map((segment) => [segment.id, segment]));
      this.uncounted.set(segments.filter(({ customers }) => customers === undefined).map(({ id }) => id));
      this._segments.set(segments.map((segment) => withCount(segment, known.get(segment.id))));
    } catch {
      // The list beside the segments says that the server is away.
    }
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
