import { numericId } from '../customer/customer-id.js';
import type { CustomerRecord } from '../customer/customer.js';
import type { CustomerSort } from './customer-query.js';
import { foldCase } from './fold-case.js';
import type { SortValue } from './sort-value.js';

/** A customer to be searched. Its JSON texts are parsed once, when they are first needed. */
export class OpenRecord {
  private attributesOnce: Readonly<Record<string, unknown>> | undefined;
  private eventsOnce: Readonly<Record<string, number>> | undefined;

  constructor(readonly record: CustomerRecord) {}

  get id(): string {
    return this.record.id;
  }

  get attributes(): Readonly<Record<string, unknown>> {
    // Safe: the records of a repository hold JSON objects.
    return (this.attributesOnce ??= JSON.parse(this.record.attributes) as Record<string, unknown>);
  }

  /** The number of events of each name. */
  get events(): Readonly<Record<string, number>> {
    return (this.eventsOnce ??= JSON.parse(this.record.events) as Record<string, number>);
  }

  /** The text by which an attribute is searched: a string itself, every other value as JSON. */
  attributeText(name: string): string | undefined {
    return Object.hasOwn(this.attributes, name) ? textOf(this.attributes[name]) : undefined;
  }

  /** All attributes with the texts by which they are searched. */
  attributeTexts(): [name: string, text: string][] {
    const { attributes } = this;
    return Object.keys(attributes).map((name) => [name, textOf(attributes[name])]);
  }

  eventCount(name: string): number {
    return Object.hasOwn(this.events, name) ? this.events[name] : 0;
  }

  sortValue(sort: CustomerSort): SortValue {
    switch (sort) {
      case 'id':
        return numericId(this.id) ?? this.id;
      case 'email': {
        const email = this.attributeText('email');
        return email === undefined ? undefined : foldCase(email);
      }
      case 'created_at':
        return Object.hasOwn(this.attributes, 'created_at') ? timeOf(this.attributes.created_at) : undefined;
      case 'last_updated':
        return this.record.lastUpdated;
      default:
        return sort satisfies never;
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The time in an attribute: a number, or a string that holds one; undefined for every other value. */
function timeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
