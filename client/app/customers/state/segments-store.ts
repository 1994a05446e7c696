import { HttpClient } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { createSegment } from '../../api/fn/segments/create-segment';
import { deleteSegment } from '../../api/fn/segments/delete-segment';
import { listSegments } from '../../api/fn/segments/list-segments';
import { updateSegment } from '../../api/fn/segments/update-segment';
import { SegmentView } from '../../api/models/segment-view';
import { readProblem } from '../../core/problem';
import { CustomerOrder, CustomerSelection } from '../model/customer-query';
import { Saved } from './customer-store';

export type Segment = Readonly<SegmentView>;

/** The named filters, with how many customers they hold. Failing to load them leaves the list as it is. */
@Injectable({ providedIn: 'root' })
export class SegmentsStore {
  private readonly http = inject(HttpClient);
  private readonly _segments = signal<readonly Segment[]>([]);
  private latest = 0;

  /** By name. */
  readonly segments = this._segments.asReadonly();

  async load(): Promise<void> {
    const request = ++this.latest;
    try {
      const { body } = await firstValueFrom(listSegments(this.http, ''));
      if (request === this.latest) this._segments.set(sorted(body.segments));
    } catch {
      // What was known stays; the list beside it says that the server is away.
    }
  }

  create(name: string, list: CustomerSelection & CustomerOrder): Promise<Saved<Segment>> {
    const segment = { name, ...listOf(list) };
    return this.write(
      async () => (await firstValueFrom(createSegment(this.http, '', { body: { segment } }))).body.segment,
    );
  }

  rename(id: number, name: string): Promise<Saved<Segment>> {
    return this.change(id, { name });
  }

  /** Makes it hold what is looked at now. */
  redefine(id: number, list: CustomerSelection & CustomerOrder): Promise<Saved<Segment>> {
    return this.change(id, listOf(list));
  }

  async remove(id: number): Promise<Saved<void>> {
    try {
      await firstValueFrom(deleteSegment(this.http, '', { id }));
      this.latest++;
      this._segments.update((segments) => segments.filter((segment) => segment.id !== id));
      return { ok: true, value: undefined };
    } catch (error: unknown) {
      return { ok: false, problem: readProblem(error) };
    }
  }

  private change(id: number, segment: Partial<ReturnType<typeof listOf>> & { name?: string }): Promise<Saved<Segment>> {
    return this.write(
      async () => (await firstValueFrom(updateSegment(this.http, '', { id, body: { segment } }))).body.segment,
    );
  }

  private async write(request: () => Promise<Segment>): Promise<Saved<Segment>> {
    try {
      const value = await request();
      this.latest++;
      this._segments.update((segments) => sorted([...segments.filter(({ id }) => id !== value.id), value]));
      return { ok: true, value };
    } catch (error: unknown) {
      return { ok: false, problem: readProblem(error) };
    }
  }
}

function listOf({ search, filters, sort, order }: CustomerSelection & CustomerOrder): {
  search: string;
  filters: string[];
} & CustomerOrder {
  return { search, filters: [...filters], sort, order };
}

function sorted(segments: readonly Segment[]): Segment[] {
  return [...segments].sort((a, b) => a.name.localeCompare(b.name));
}
