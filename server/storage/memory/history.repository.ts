import {
  editCounts,
  HistoryRepository,
  type BulkEntry,
  type EditCounts,
  type HistoryDraft,
  type HistoryEntry,
  type HistoryPage,
} from '../../domain/customer/history.js';
import { compareCodePoints } from '../../domain/text.js';

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

  override async newest(customerId: string): Promise<HistoryEntry | undefined> {
    return this.entries.get(customerId)?.at(-1);
  }

  override async ofBulkEdit(
    bulkEdit: number,
    after: BulkEntry['place'] = '',
    limit: number,
  ): Promise<readonly BulkEntry[]> {
    const found = [...this.entries].flatMap(([customerId, entries]) => {
      if (compareCodePoints(customerId, String(after)) <= 0) return [];
      const entry = entries.find((one) => one.bulkEdit === bulkEdit);
      return entry ? [{ ...entry, customerId, place: customerId, last: entries.length }] : [];
    });
    return found.sort((a, b) => compareCodePoints(a.customerId, b.customerId)).slice(0, limit);
  }

  override async countOfBulkEdit(bulkEdit: number): Promise<number> {
    return [...this.entries.values()].flat().filter((entry) => entry.bulkEdit === bulkEdit).length;
  }

  override async counts(edges: readonly number[]): Promise<readonly EditCounts[]> {
    const all = [...this.entries.values()].flat();
    return edges.slice(1).map((end, span) => {
      const within = all.filter(({ at }) => at >= edges[span] && at < end);
      return editCounts(within.map(({ action }) => [action, 1]));
    });
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
