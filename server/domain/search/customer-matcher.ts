import { servedSeconds, type CustomerRecord } from '../customer/customer.js';
import { comparableJson, comparableText } from '../json.js';
import type { CustomerFilter } from './customer-filter.js';
import type { CustomerSelection } from './customer-query.js';
import { foldCase } from './fold-case.js';
import type { OpenRecord } from './open-record.js';

/** The rank of a customer that a search finds: 0 by its exact id, 1 by its exact email (case aside), 2 by a part of its id or of a value. */
export type SearchRank = 0 | 1 | 2;

/** Tells which customers a selection selects. The selection is read once, for any number of customers. */
export class CustomerMatcher {
  private readonly folded: string;
  private readonly ids: ReadonlySet<string> | undefined;
  private readonly filters: readonly ((customer: OpenRecord) => boolean)[];
  /** Folded texts that the JSON of the attributes must hold. Most customers are refused by them, without parsing the JSON. */
  private readonly needles: readonly string[];

  constructor(private readonly selection: CustomerSelection) {
    this.folded = foldCase(selection.search ?? '');
    this.ids = selection.ids && new Set(selection.ids);
    this.filters = selection.filters.map(filterTest);
    this.needles = selection.filters
      .flatMap((filter) => (filter.on === 'attribute' && filter.is === 'contains' ? [foldCase(filter.value)] : []))
      .filter(isPlainInJson);
  }

  /** @returns the rank of a selected customer (2 without a search text); undefined for a customer that is not selected */
  match(customer: OpenRecord): SearchRank | undefined {
    if (this.ids && !this.ids.has(customer.record.id)) return undefined;
    if (!this.mayMatch(customer.record)) return undefined;
    for (const filter of this.filters) if (!filter(customer)) return undefined;
    return this.selection.search === undefined ? 2 : this.searchRank(customer, this.selection.search);
  }

  private mayMatch({ id, attributes }: CustomerRecord): boolean {
    const { search } = this.selection;
    if (this.needles.length === 0 && search === undefined) return true;
    const folded = foldCase(attributes);
    for (const needle of this.needles) if (!folded.includes(needle)) return false;
    return (
      search === undefined ||
      !isPlainInJson(this.folded) ||
      folded.includes(this.folded) ||
      foldCase(id).includes(this.folded)
    );
  }

  private searchRank(customer: OpenRecord, search: string): SearchRank | undefined {
    const { id } = customer.record;
    if (id === search) return 0;
    const email = customer.attributeText('email');
    if (email !== undefined && foldCase(email) === this.folded) return 1;
    if (foldCase(id).includes(this.folded)) return 2;
    return customer.attributeTexts().some(([, text]) => foldCase(text).includes(this.folded)) ? 2 : undefined;
  }
}

/** True for a text that JSON writes without escapes. */
function isPlainInJson(text: string): boolean {
  return JSON.stringify(text).length === text.length + 2;
}

function filterTest(filter: CustomerFilter): (customer: OpenRecord) => boolean {
  switch (filter.on) {
    case 'attribute':
      return attributeTest(filter);
    case 'event':
      return eventTest(filter);
    case 'last_updated': {
      const { is, seconds } = filter;
      return is === 'before'
        ? ({ record }) => servedSeconds(record.lastUpdated) < seconds
        : ({ record }) => servedSeconds(record.lastUpdated) > seconds;
    }
    default:
      return filter satisfies never;
  }
}

function attributeTest(filter: CustomerFilter & { on: 'attribute' }): (customer: OpenRecord) => boolean {
  const { name } = filter;
  switch (filter.is) {
    case 'is':
      return valueTest(name, filter.value);
    case 'is_not': {
      // True also for customers without the attribute.
      const is = valueTest(name, filter.value);
      return (customer) => !is(customer);
    }
    case 'contains': {
      const folded = foldCase(filter.value);
      return (customer) => {
        const text = customer.attributeText(name);
        return text !== undefined && foldCase(text).includes(folded);
      };
    }
    case 'exists':
      return ({ attributes }) => attributes.has(name);
    case 'not_exists':
      return ({ attributes }) => !attributes.has(name);
    default:
      return filter satisfies never;
  }
}

/** The text of a value is `value`, or `value` is a number, list or object as JSON that is equal to it. */
function valueTest(name: string, value: string): (customer: OpenRecord) => boolean {
  const comparable = comparableText(value);
  return (customer) => {
    if (customer.attributeText(name) === value) return true;
    const json = comparable === undefined ? undefined : customer.attributes.get(name);
    return json !== undefined && comparableJson(json) === comparable;
  };
}

function eventTest(filter: CustomerFilter & { on: 'event' }): (customer: OpenRecord) => boolean {
  const { name } = filter;
  switch (filter.is) {
    case 'at_least':
      return (customer) => customer.eventCount(name) >= filter.count;
    case 'at_most':
      // True also for customers without the event.
      return (customer) => customer.eventCount(name) <= filter.count;
    case 'never':
      return (customer) => customer.eventCount(name) === 0;
    default:
      return filter satisfies never;
  }
}
