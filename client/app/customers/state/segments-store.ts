import { Injectable, inject, signal } from '@angular/core';
import { Observable, firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { CustomerOrder, CustomerSelection } from '../model/customer-query';
import { Segment, SegmentsClient } from '../wire/segments-client';
import { Saved } from './customer-store';

/** The segments, each with the number of customers in it. When they can not be loaded, those that are known stay. */
@Injectable({ providedIn: 'root' })
export class SegmentsStore {
  private readonly client = inject(SegmentsClient);
  private readonly _segments = signal<readonly Segment[]>([]);
  private latest = 0;

  /** Sorted by name. */
  readonly segments = this._segments.asReadonly();

  async load(): Promise<void> {
    const request = ++this.latest;
    try {
      const segments = await firstValueFrom(this.client.list());
      if (request === this.latest) this._segments.set(sorted(segments));
    } catch {
      // The list beside the segments says that the server is away.
    }
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

function sorted(segments: readonly Segment[]): Segment[] {
  return [...segments].sort((a, b) => a.name.localeCompare(b.name));
}
