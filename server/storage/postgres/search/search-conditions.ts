import type { CustomerFilter } from '../../../domain/search/customer-filter.js';
import { comparableText } from '../../../domain/json.js';
import { foldCase } from '../../../domain/search/fold-case.js';
import type { CustomerSelection, CustomerSort, SortOrder } from '../../../domain/search/customer-query.js';
import { isSearchable } from './search-row.js';

/** False for a customer that changed after it was indexed: its row is outdated. */
const IS_CURRENT = 'NOT EXISTS (SELECT 1 FROM search_pending AS p WHERE p.customer_id = s.customer_id)';

/** The WHERE clause of a statement on `customer_search AS s`, with the values of its parameters. */
export class SearchConditions {
  readonly values: unknown[] = [];
  private readonly all: string[] = [IS_CURRENT];

  constructor({ search, filters, ids }: CustomerSelection) {
    if (ids) this.all.push(`s.customer_id = ANY(${this.value(ids)})`);
    for (const filter of filters) this.all.push(this.condition(filter));
    if (search !== undefined) this.all.push(`s.folded LIKE ${this.value(containing(search))}`);
  }

  /** Adds a parameter. @returns its placeholder */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  add(condition: string): void {
    this.all.push(condition);
  }

  get text(): string {
    return this.all.join(' AND ');
  }

  private condition(filter: CustomerFilter): string {
    switch (filter.on) {
      case 'attribute':
        return this.attributeCondition(filter);
      case 'event':
        return this.eventCondition(filter);
      case 'last_updated':
        return `s.last_updated ${filter.is === 'before' ? '<' : '>'} ${this.value(filter.seconds)}::bigint`;
      default:
        return filter satisfies never;
    }
  }

  private attributeCondition(filter: CustomerFilter & { on: 'attribute' }): string {
    switch (filter.is) {
      case 'is':
        return this.valueCondition(filter);
      case 'is_not':
        return `NOT ${this.valueCondition(filter)}`;
      case 'contains': {
        const [name, pattern] = [this.value(filter.name), this.value(containing(filter.value))];
        const condition = `coalesce(s.folded_attributes ->> ${name}, s.attributes ->> ${name}) LIKE ${pattern}`;
        // The index holds all values of a customer as one text.
        return isSearchable(filter.value) ? `s.folded LIKE ${pattern} AND ${condition}` : condition;
      }
      case 'exists':
        return `s.attributes ? ${this.value(filter.name)}`;
      case 'not_exists':
        return `NOT s.attributes ? ${this.value(filter.name)}`;
      default:
        return filter satisfies never;
    }
  }

  /** The text of a value is `value`, or `value` is a number, list or object as JSON that is equal to it. */
  private valueCondition({ name, value }: { name: string; value: string }): string {
    const isText = `s.attributes @> ${this.value(member(name, value))}::jsonb`;
    const comparable = comparableText(value);
    if (comparable === undefined || comparable === value) return isText;
    // The column does not tell a number from a text of the same characters.
    return `(${isText} OR (s.attributes @> ${this.value(member(name, comparable))}::jsonb AND 'string' <> (
      SELECT json_typeof(c.attributes::json -> ${this.value(name)}::text) FROM customers AS c WHERE c.customer_id = s.customer_id)))`;
  }

  private eventCondition(filter: CustomerFilter & { on: 'event' }): string {
    const name = this.value(filter.name);
    switch (filter.is) {
      case 'at_least':
        if (filter.count === 0) return `${name}::text IS NOT NULL`;
        return `s.events ? ${name} AND (s.events ->> ${name})::bigint >= ${this.value(filter.count)}::bigint`;
      case 'at_most':
        return `coalesce((s.events ->> ${name})::bigint, 0) <= ${this.value(filter.count)}::bigint`;
      case 'never':
        return `NOT s.events ? ${name}`;
      default:
        return filter satisfies never;
    }
  }
}

/** Customers without a sort value come last in either order; equals are in the order of lists. */
export function orderBy(sort: CustomerSort, order: SortOrder): string {
  switch (sort) {
    case 'id':
      return `s.position ${order}`;
    case 'email':
    case 'created_at':
      return `s.${sort} ${order} NULLS LAST, s.position`;
    case 'last_updated':
      return `s.last_updated ${order}, s.position`;
    default:
      return sort satisfies never;
  }
}

function member(name: string, value: string): string {
  return `{${JSON.stringify(name)}:${JSON.stringify(value)}}`;
}

/** The LIKE pattern of folded texts that contain `text`. */
function containing(text: string): string {
  return `%${foldCase(text).replace(/[\\%_]/g, '\\$&')}%`;
}
