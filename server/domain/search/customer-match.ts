import type { CustomerFilter } from './customer-filter.js';
import { numericId } from '../customer/customer-id.js';
import type { CustomerSelection, CustomerSort, SortOrder } from './customer-query.js';
import type { CustomerRecord } from '../customer/customer.js';
import { compareCodePoints } from '../text.js';

/** A record whose texts are parsed once, when first asked for. */
export class OpenRecord {
  private attributesOnce: Record<string, unknown> | undefined;
  private eventsOnce: Record<string, number> | undefined;

  constructor(readonly record: CustomerRecord) {}

  get attributes(): Readonly<Record<string, unknown>> {
    // Safe: the records of a repository hold JSON objects.
    return (this.attributesOnce ??= JSON.parse(this.record.attributes) as Record<string, unknown>);
  }

  get events(): Readonly<Record<string, number>> {
    return (this.eventsOnce ??= JSON.parse(this.record.events) as Record<string, number>);
  }

  /** What a value is compared by: the text of a string, the JSON text of every other value. */
  attributeText(name: string): string | undefined {
    return Object.hasOwn(this.attributes, name) ? textOf(this.attributes[name]) : undefined;
  }

  eventCount(name: string): number {
    return Object.hasOwn(this.events, name) ? this.events[name] : 0;
  }
}

/** The text of a string, the JSON text of every other value. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Two texts are the same but for case when their folds are: lower case, and the final sigma as the other one. */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

/** How a search finds a customer: 0 by its very id, 1 by its very email (case aside), 2 by a part of its id or of a value. */
export type SearchRank = 0 | 1 | 2;

/** Reads a query once, for any number of customers. */
export class CustomerMatcher {
  private readonly folded: string;
  private readonly ids: ReadonlySet<string> | undefined;
  private readonly filters: readonly ((customer: OpenRecord) => boolean)[];
  /** What the text of all attributes must hold, folded: most customers are told by that, without a parse. */
  private readonly parts: readonly string[];

  constructor(private readonly selection: CustomerSelection) {
    this.folded = foldCase(selection.search ?? '');
    this.ids = selection.ids && new Set(selection.ids);
    this.filters = selection.filters.map(filterTest);
    this.parts = selection.filters
      .flatMap((filter) => (filter.on === 'attribute' && filter.is === 'contains' ? [foldCase(filter.value)] : []))
      .filter(isPlainInJson);
  }

  /** The rank of a customer that is selected (2 where there is no search), undefined for one that is not. */
  match(customer: OpenRecord): SearchRank | undefined {
    if (this.ids && !this.ids.has(customer.record.id)) return undefined;
    if (!this.mayMatch(customer.record)) return undefined;
    for (const filter of this.filters) if (!filter(customer)) return undefined;
    return this.selection.search === undefined ? 2 : this.searchRank(customer, this.selection.search);
  }

  private mayMatch({ id, attributes }: CustomerRecord): boolean {
    const { search } = this.selection;
    if (this.parts.length === 0 && search === undefined) return true;
    const folded = foldCase(attributes);
    for (const part of this.parts) if (!folded.includes(part)) return false;
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
    for (const value of Object.values(customer.attributes)) {
      if (foldCase(textOf(value)).includes(this.folded)) return 2;
    }
    return undefined;
  }
}

/** True for a text that JSON writes as it is. */
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
        ? ({ record }) => record.lastUpdated < seconds
        : ({ record }) => record.lastUpdated > seconds;
    }
    default:
      return filter satisfies never;
  }
}

function attributeTest(filter: CustomerFilter & { on: 'attribute' }): (customer: OpenRecord) => boolean {
  const { name } = filter;
  switch (filter.is) {
    case 'is':
      return (customer) => customer.attributeText(name) === filter.value;
    case 'is_not':
      // Also whoever does not have the attribute.
      return (customer) => customer.attributeText(name) !== filter.value;
    case 'contains': {
      const folded = foldCase(filter.value);
      return (customer) => {
        const text = customer.attributeText(name);
        return text !== undefined && foldCase(text).includes(folded);
      };
    }
    case 'exists':
      return ({ attributes }) => Object.hasOwn(attributes, name);
    case 'not_exists':
      return ({ attributes }) => !Object.hasOwn(attributes, name);
    default:
      return filter satisfies never;
  }
}

function eventTest(filter: CustomerFilter & { on: 'event' }): (customer: OpenRecord) => boolean {
  const { name } = filter;
  switch (filter.is) {
    case 'at_least':
      return (customer) => customer.eventCount(name) >= filter.count;
    case 'at_most':
      // Also whoever never did it.
      return (customer) => customer.eventCount(name) <= filter.count;
    case 'never':
      return (customer) => customer.eventCount(name) === 0;
    default:
      return filter satisfies never;
  }
}

/** What a customer is sorted by; undefined comes last. */
export type SortValue = string | number | undefined;

/** The time in an attribute: a number, or one in a string; undefined for whatever else. */
export function timeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function sortValue(customer: OpenRecord, sort: CustomerSort): SortValue {
  switch (sort) {
    case 'id':
      return numericId(customer.record.id) ?? customer.record.id;
    case 'email': {
      const email = customer.attributeText('email');
      return email === undefined ? undefined : foldCase(email);
    }
    case 'created_at':
      return Object.hasOwn(customer.attributes, 'created_at') ? timeOf(customer.attributes.created_at) : undefined;
    case 'last_updated':
      return customer.record.lastUpdated;
    default:
      return sort satisfies never;
  }
}

/** Orders by value (numbers before texts, texts by code point); those without one come last in either order. */
export function compareSortValues(a: SortValue, b: SortValue, order: SortOrder): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const ascending = compareValues(a, b);
  return order === 'asc' ? ascending : -ascending;
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : compareCodePoints(a, b);
}
