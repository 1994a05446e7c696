import { TrashRepository, type TrashedCustomer, type TrashPlace } from '../../domain/customer/trash.js';
import type { AccessRunner } from '../access/statement.js';
import { readDeletedBefore, readTrash, readTrashed } from './trash.js';

/** The deleted customers of a database. */
export class StoredTrash extends TrashRepository {
  constructor(private readonly runner: AccessRunner) {
    super();
  }

  override page(limit: number, before?: TrashPlace): Promise<readonly TrashedCustomer[]> {
    return this.runner.read(() => readTrash(limit, before));
  }

  override get(id: string): Promise<TrashedCustomer | undefined> {
    return this.runner.read(() => readTrashed(id));
  }

  override deletedBefore(time: number, limit: number): Promise<readonly string[]> {
    return this.runner.read(() => readDeletedBefore(time, limit));
  }
}
