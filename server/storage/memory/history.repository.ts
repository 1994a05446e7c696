import {
  HistoryRepository,
  type HistoryDraft,
  type HistoryEntry,
  type HistoryPage,
} from '../../domain/customer/history.js';

/** The history in a map, gone with the process. */
export class MemoryHistoryRepository extends HistoryRepository {
  /** Oldest first. */
  private readonly entries = new Map<string, HistoryEntry[]>();

  override async page(customerId: string, before = Number.MAX_SAFE_INTEGER, limit: number): Promise<HistoryPage> {
    const all = this.entries.get(customerId) ?? [];
    const last = all.findLast(({ action }) => action === 'deleted' || action === 'restored');
    const deletion = last?.action === 'deleted' ? last.id : 0;
    const older = all.filter(({ id }) => id > deletion && id < before).reverse();
    return { entries: older.slice(0, limit), more: older.length > limit };
  }

  /** The oldest first. */
  all(customerId: string): readonly HistoryEntry[] {
    return this.entries.get(customerId) ?? [];
  }

  erase(customerId: string): void {
    this.entries.delete(customerId);
  }

  append(customerId: string, draft: HistoryDraft): void {
    const entries = this.entries.get(customerId) ?? [];
    entries.push({ id: entries.length + 1, at: Date.now(), ...draft });
    this.entries.set(customerId, entries);
  }
}
