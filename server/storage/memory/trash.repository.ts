import type { CustomerChange } from '../../domain/customer/customer-change.js';
import {
  addToTrash,
  trashedBy,
  TrashRepository,
  type TrashedCustomer,
  type TrashPlace,
} from '../../domain/customer/trash.js';
import { hideNotes, removeHiddenNotes, showNotes } from '../notes/notes.js';
import type { MemoryAccessRunner } from './access-runner.js';
import { compareCodePoints } from '../../domain/text.js';

/** The deleted customers in a map, gone with the process. */
export class MemoryTrashRepository extends TrashRepository {
  private readonly trashed = new Map<string, TrashedCustomer>();

  /** @param notes those of deleted customers are hidden */
  constructor(private readonly notes: Pick<MemoryAccessRunner, 'follow'>) {
    super();
  }

  override async page(limit: number, before?: TrashPlace): Promise<readonly TrashedCustomer[]> {
    const all = [...this.trashed.values()].sort((a, b) => compare(placeOf(b), placeOf(a)));
    return all.filter((one) => !before || compare(placeOf(one), before) < 0).slice(0, limit);
  }

  override async get(id: string): Promise<TrashedCustomer | undefined> {
    return this.entry(id);
  }

  entry(id: string): TrashedCustomer | undefined {
    return this.trashed.get(id);
  }

  override async deletedBefore(time: number, limit: number): Promise<readonly string[]> {
    const ended = [...this.trashed.values()].filter(({ deletedAt }) => deletedAt < time);
    return ended
      .sort((a, b) => compare(placeOf(a), placeOf(b)))
      .slice(0, limit)
      .map(({ stored: { id } }) => id);
  }

  /** As {@link get}, within a write. */
  find(id: string): TrashedCustomer | undefined {
    return this.trashed.get(id);
  }

  remove(id: string): void {
    this.trashed.delete(id);
    this.notes.follow(removeHiddenNotes(id));
  }

  record(change: CustomerChange): void {
    const trashed = trashedBy(change, Date.now());
    if (!trashed) return;
    const { id } = change;
    if ('add' in trashed) {
      this.trashed.set(id, addToTrash(this.trashed.get(id), trashed.add));
      this.notes.follow(hideNotes([id]));
    } else if ('restore' in trashed) {
      this.trashed.delete(id);
      this.notes.follow(showNotes(id));
    } else this.remove(id);
  }
}

function placeOf({ stored: { id }, deletedAt }: TrashedCustomer): TrashPlace {
  return { id, deletedAt };
}

function compare(a: TrashPlace, b: TrashPlace): number {
  return a.deletedAt - b.deletedAt || compareCodePoints(a.id, b.id);
}
