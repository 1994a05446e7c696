import { numericId } from '../customer/customer-id.js';
import { recordOf, servedSeconds, type CustomerRecord, type StoredCustomer } from '../customer/customer.js';
import { readLabels } from '../customer/labels.js';
import type { LoggedEvents } from '../log/event-times.js';
import type { CustomerSort } from './customer-query.js';
import { comparableJson } from '../json.js';
import { forEachMember } from '../json-members.js';
import { isDouble } from '../decimal.js';
import { readTyped } from './attribute-value.js';
import { foldText } from './fold-text.js';
import type { TimeRange } from './filter-time.js';
import type { SortValue } from './sort-value.js';

const TIME_TEXT = /^"(-?\d+(?:\.\d+)?)"$/;

/** A value as an index keeps it. */
export interface NearestValue {
  readonly name: string;
  /** True for a number of JSON, false for a text. */
  readonly isNumber: boolean;
  /** The double nearest to the number that the value is. */
  readonly nearest?: number;
  /** See `isDouble`: false if the digits tell more. */
  readonly isDouble?: boolean;
  /** The time in a text, in ms since the Unix epoch. */
  readonly time?: number;
  /** The floating day of a date. */
  readonly day?: number;
}

/** A customer to be searched. Its JSON texts are read once, when they are first needed. */
export class OpenRecord {
  private attributesOnce: ReadonlyMap<string, string> | undefined;
  private eventsOnce: Readonly<Record<string, number>> | undefined;

  /** @param logged needed for conditions on events within a time @param labels needed for those on labels */
  constructor(
    readonly record: CustomerRecord,
    private readonly logged?: LoggedEvents,
    readonly labels: readonly string[] = [],
  ) {}

  get id(): string {
    return this.record.id;
  }

  /** The attributes by name, each as JSON text. */
  get attributes(): ReadonlyMap<string, string> {
    return (this.attributesOnce ??= membersOf(this.record.attributes));
  }

  /** The number of events of each name. */
  get events(): Readonly<Record<string, number>> {
    return (this.eventsOnce ??= JSON.parse(this.record.events) as Record<string, number>);
  }

  /** The text by which an attribute is searched: a string itself, every other value as JSON. */
  attributeText(name: string): string | undefined {
    const json = this.attributes.get(name);
    return json === undefined ? undefined : textOf(json);
  }

  /**
   * All attributes with the texts by which they are searched.
   * @returns also the text of {@link comparableJson} where it is another
   */
  attributeTexts(): [name: string, text: string, comparable?: string][] {
    return Array.from(this.attributes, ([name, json]) => {
      const comparable = comparableJson(json);
      return comparable === json ? [name, textOf(json)] : [name, json, comparable];
    });
  }

  /** The attributes that are a number or a time, with the double that is nearest to the number. */
  typedValues(): NearestValue[] {
    const values: NearestValue[] = [];
    for (const [name, json] of this.attributes) {
      const { number, time, day } = readTyped(json);
      if (number === undefined && time === undefined && day === undefined) continue;
      const nearest = number === undefined ? undefined : Number(number);
      const isNumber = number === json;
      values.push({
        name,
        isNumber,
        ...(number !== undefined && { nearest, isDouble: isDouble(number) }),
        ...(!isNumber && time !== undefined && { time }),
        ...(day !== undefined && { day }),
      });
    }
    return values;
  }

  eventCount(name: string): number {
    return Object.hasOwn(this.events, name) ? this.events[name] : 0;
  }

  /**
   * Counts the events of a name that the log has within a time.
   * @returns the number, or any from `most` on if there are so many
   */
  eventsWithin(name: string, range: TimeRange, most: number): number {
    return this.eventCount(name) === 0 ? 0 : this.log.count(name, range, most);
  }

  /** The times of all events that the log has, by name, in ms since the Unix epoch. */
  eventTimes(): ReadonlyMap<string, readonly number[]> {
    return Object.keys(this.events).length === 0 ? new Map() : this.log.times();
  }

  /** The names of events that the log does not hold any more, with the time up to which these are, in ms since the Unix epoch. */
  endedEvents(): ReadonlyMap<string, number> {
    return Object.keys(this.events).length === 0 ? new Map() : this.log.ended();
  }

  private get log(): LoggedEvents {
    if (!this.logged) throw new Error('The log of a customer is asked for, but it was not opened.');
    return this.logged;
  }

  sortValue(sort: CustomerSort): SortValue {
    switch (sort) {
      case 'id':
        return numericId(this.id) ?? this.id;
      case 'email': {
        const email = this.attributeText('email');
        return email === undefined ? undefined : foldText(email);
      }
      case 'created_at':
        return timeOf(this.attributes.get('created_at'));
      case 'last_updated':
        return servedSeconds(this.record.lastUpdated);
      default:
        return sort satisfies never;
    }
  }
}

/** Opens a stored customer. @param logged see {@link OpenRecord} */
export function openStored(customer: StoredCustomer, logged?: LoggedEvents): OpenRecord {
  return new OpenRecord(recordOf(customer), logged, readLabels(customer.labels));
}

function membersOf(json: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  forEachMember(json, (name, value) => members.set(name, value));
  return members;
}

function textOf(json: string): string {
  if (!json.startsWith('"')) return json;
  // Safe: JSON in quotes is a string.
  return json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1);
}

/** The time in an attribute: a number, or a string that holds one; undefined for every other value. */
function timeOf(json: string | undefined): number | undefined {
  if (json === undefined) return undefined;
  const number = Number(json.startsWith('"') ? (TIME_TEXT.exec(json)?.[1] ?? NaN) : json);
  return Number.isFinite(number) ? number : undefined;
}
