import {
  changesJson,
  HistoryRepository,
  type AttributeEdit,
  type EditAction,
  type EditSource,
  type HistoryEntry,
  type HistoryPage,
} from '../../domain/customer/history.js';

/** The history in a map, gone with the process. */
export class MemoryHistoryRepository extends HistoryRepository {
  /** Oldest first. */
  private readonly entries = new Map<string, HistoryEntry[]>();

  override async page(customerId: string, before = Number.MAX_SAFE_INTEGER, limit: number): Promise<HistoryPage> {
    const older = (this.entries.get(customerId) ?? []).filter(({ id }) => id < before).reverse();
    return { entries: older.slice(0, limit), more: older.length > limit };
  }

  /** Within the write that edits the customer. */
  append(customerId: string, source: EditSource, action: EditAction, edits: readonly AttributeEdit[]): void {
    const entries = this.entries.get(customerId) ?? [];
    entries.push({ id: entries.length + 1, at: Date.now(), source, action, changes: changesJson(edits) });
    this.entries.set(customerId, entries);
  }
}
