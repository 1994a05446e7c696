import { Injectable } from '@nestjs/common';
import { customerNotFound } from '../domain/errors.js';
import { forEachMember } from '../domain/json-members.js';
import { wipedBefore } from '../domain/log/log-fold.js';
import { LogRepository } from '../domain/log/log-repository.js';
import { Turns } from '../http/turns.js';
import type { CustomerEvents, CustomerEventView } from './events.dto.js';
import { isoTime } from './log-entry-json.js';

/** Entries that are read before other requests get their turn. */
const ENTRIES_AT_ONCE = 500;

/** The events of one name in the log. Times are in ms since the Unix epoch. */
interface Logged {
  logged: number;
  first: number;
  last: number;
}

/** Tells when a customer did what for the first and the last time. */
@Injectable()
export class EventsService {
  private readonly turns = new Turns();

  constructor(private readonly log: LogRepository) {}

  /** @throws DomainError `customer_not_found` */
  events(id: string): Promise<CustomerEvents> {
    return this.log.whole(id, async ({ edits }, messages, record) => {
      if (!record) throw customerNotFound(id);
      const wiped = wipedBefore(edits);
      const found = new Map<string, Logged>();
      let seen = 0;
      for await (const { kind, name = '', time, moment } of messages) {
        if (++seen % ENTRIES_AT_ONCE === 0) await this.turns.next();
        if (kind !== 'event' || moment < wiped) continue;
        const one = found.get(name);
        if (!one) found.set(name, { logged: 1, first: time, last: time });
        else {
          one.logged++;
          one.first = Math.min(one.first, time);
          one.last = Math.max(one.last, time);
        }
      }
      const events: CustomerEventView[] = [];
      forEachMember(record.events, (name, count) => events.push(viewOf(name, Number(count), found.get(name))));
      return { events };
    });
  }
}

function viewOf(name: string, count: number, one: Logged | undefined): CustomerEventView {
  if (!one) return { name, count, logged: 0 };
  return { name, count, logged: one.logged, first: isoTime(one.first), last: isoTime(one.last) };
}
