import { setImmediate as nextTick } from 'node:timers/promises';
import {
  acceptMessages,
  byCustomer,
  type LiveMessage,
  type LiveMessageOutcome,
} from '../../../domain/customer/accept-messages.js';
import type { Awaitable } from '../../../domain/awaitable.js';
import type { LiveRecord } from '../../../domain/sources/live-calls.js';
import type { SqliteDatabase } from '../database/database.js';
import type { CustomerWriter } from './customer-writer.js';

/** Customers of live messages that are written before the event loop has a turn: some ms. */
const CUSTOMERS_AT_ONCE = 100;

/** Applies live messages, in one transaction for each call. */
export class LiveApplier {
  constructor(
    private readonly database: SqliteDatabase,
    private readonly writer: CustomerWriter,
  ) {}

  /**
   * @param recordsOf gives the counts and rejects to write, once the outcomes are known
   * @returns the outcome of each message, once all are committed
   */
  apply(
    messages: readonly LiveMessage[],
    recordsOf: (outcomes: readonly LiveMessageOutcome[]) => Awaitable<readonly LiveRecord[]>,
  ): Promise<LiveMessageOutcome[]> {
    const customers = byCustomer(messages);
    return this.writer.liveTransaction(async () => {
      const outcomes: LiveMessageOutcome[] = [];
      for (const [at, customer] of customers.entries()) {
        if (at > 0 && at % CUSTOMERS_AT_ONCE === 0) await nextTick();
        const known = this.writer.known.read(customer.id);
        const applied = this.writer.messagesOfKnown(known, customer);
        const change = acceptMessages(known, customer, applied, outcomes, this.database.keepsLog);
        if (change) this.writer.write(change);
      }
      for (const record of await recordsOf(outcomes)) await this.writer.recordCalls(record);
      return outcomes;
    });
  }
}
