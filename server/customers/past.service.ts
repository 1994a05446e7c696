import { Injectable } from '@nestjs/common';
import { customerJson } from '../domain/customer/customer-json.js';
import { customerNotFound, DomainError } from '../domain/errors.js';
import type { LogEntry } from '../domain/log/log-entry.js';
import { LogRepository } from '../domain/log/log-repository.js';
import { recordAt } from '../domain/log/read-log.js';
import type { Entity } from '../http/send.js';
import { Turns } from '../http/turns.js';
import { customerEntity } from './customer-body.js';
import { isoTime } from './log-entry-json.js';
import { readTime } from './read-timeline-query.js';

/** Messages that are folded in one turn. */
const MESSAGES_A_TURN = 1_000;

/** Serves customers as they were. */
@Injectable()
export class PastService {
  private readonly turns = new Turns();

  constructor(private readonly log: LogRepository) {}

  /**
   * The customer by what had happened up to a time.
   * @param at as it came
   * @throws DomainError `invalid_request`, `customer_not_found`, `log_incomplete`
   */
  async show(id: string, at: unknown): Promise<Entity> {
    const time = readTime('at', at, 'end') ?? Date.now();
    const found = await this.log.whole(id, (log, messages, record) =>
      recordAt(id, time, log, inTurns(messages, this.turns), record),
    );
    if (found === 'incomplete') {
      const message = `The log of customer ${JSON.stringify(id)} does not reach back to ${isoTime(time)}.`;
      throw new DomainError('log_incomplete', `${message} Its timeline says what is there.`);
    }
    if (!found) throw customerNotFound(id);
    return customerEntity(customerJson(found));
  }
}

async function* inTurns(
  messages: Iterable<LogEntry> | AsyncIterable<LogEntry>,
  turns: Turns,
): AsyncGenerator<LogEntry, void> {
  let count = 0;
  for await (const message of messages) {
    if (++count % MESSAGES_A_TURN === 0) await turns.next();
    yield message;
  }
}
