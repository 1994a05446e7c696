import type { Awaitable } from '../domain/awaitable.js';
import type { StoredCustomer } from '../domain/customer/customer.js';
import type { StoredCustomers } from '../domain/customer/stored-customers.js';
import type { LogEntry } from '../domain/log/log-entry.js';
import { LogRepository, type CustomerLog } from '../domain/log/log-repository.js';

const EMPTY: CustomerLog = { baseline: undefined, edits: [], exists: false };

/** The log of an engine that keeps none. */
export class NoLog extends LogRepository {
  constructor(private readonly stored: StoredCustomers) {
    super();
  }

  override async messages(): Promise<readonly LogEntry[]> {
    return [];
  }

  override async message(): Promise<LogEntry | undefined> {
    return undefined;
  }

  override async customer(): Promise<CustomerLog> {
    return EMPTY;
  }

  override async whole<T>(
    customerId: string,
    read: (log: CustomerLog, messages: Iterable<LogEntry>, record: StoredCustomer | undefined) => Awaitable<T>,
  ): Promise<T> {
    const [record] = await this.stored.snapshot((snapshot) => snapshot.among([customerId]));
    return read(EMPTY, [], record);
  }

  override async end(): Promise<number> {
    return 0;
  }

  override async compact(): Promise<boolean> {
    return false;
  }
}
