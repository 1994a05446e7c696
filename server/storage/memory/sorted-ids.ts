import { compareIds } from '../../domain/customer/customer-id.js';

/** Up to this many new ids are inserted one by one; more are sorted and merged in one pass. */
const FEW = 32;

/** The ids of all customers in the order of lists. New ids are put in order at the next read. */
export class SortedIds {
  private ids: string[] = [];
  private newcomers: string[] = [];

  get size(): number {
    return this.ids.length + this.newcomers.length;
  }

  /** @param id must not be in the list */
  add(id: string): void {
    this.newcomers.push(id);
  }

  /** @param id must be in the list */
  delete(id: string): void {
    this.settle();
    this.ids.splice(this.placeOf(id), 1);
  }

  slice(start: number, end: number): string[] {
    this.settle();
    return this.ids.slice(start, end);
  }

  /** Counts the ids up to this one, which need not be in the list. */
  indexAfter(id: string): number {
    this.settle();
    const place = this.placeOf(id);
    return this.ids[place] === id ? place + 1 : place;
  }

  private settle(): void {
    if (this.newcomers.length > FEW) this.ids = mergeSorted(this.ids, this.newcomers.sort(compareIds));
    else for (const id of this.newcomers) this.ids.splice(this.placeOf(id), 0, id);
    this.newcomers = [];
  }

  /** Returns the index of an id, or the index where it belongs. */
  private placeOf(id: string): number {
    let low = 0;
    let high = this.ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareIds(this.ids[middle], id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function mergeSorted(a: readonly string[], b: readonly string[]): string[] {
  const merged: string[] = [];
  let i = 0;
  for (const id of b) {
    while (i < a.length && compareIds(a[i], id) < 0) merged.push(a[i++]);
    merged.push(id);
  }
  while (i < a.length) merged.push(a[i++]);
  return merged;
}
