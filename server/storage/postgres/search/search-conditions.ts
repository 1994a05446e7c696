import type { Comparison, Condition, EventCondition } from '../../../domain/search/condition.js';
import { comparableText } from '../../../domain/json.js';
import type { TimeRange } from '../../../domain/search/filter-time.js';
import { foldText } from '../../../domain/search/fold-text.js';
import { readSearchText } from '../../../domain/search/search-text.js';
import type { CustomerSelection, CustomerSort, SortOrder } from '../../../domain/search/customer-query.js';
import { SPAN_MS } from './event-rows.js';
import { isSearchable } from './search-row.js';

/** False for a customer that changed after it was indexed: its row is outdated. */
const IS_CURRENT = 'NOT EXISTS (SELECT 1 FROM search_pending AS p WHERE p.customer_id = s.customer_id)';

const SIGNS: Readonly<Record<Comparison, string>> = { above: '>', at_least: '>=', below: '<', at_most: '<=' };

/** The WHERE clause of a statement on `customer_search AS s`, with the values of its parameters. */
export class SearchConditions {
  readonly values: unknown[] = [];
  private readonly all: string[] = [IS_CURRENT];

  constructor({ search, filters, ids }: CustomerSelection) {
    if (ids) this.all.push(`s.customer_id = ANY(${this.value(ids)})`);
    for (const filter of filters) this.all.push(this.condition(filter));
    for (const term of search === undefined ? [] : readSearchText(search).terms)
      this.all.push(term === '' ? 'false' : `s.folded LIKE ${this.value(`%${escaped(term)}%`)}`);
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

  /** The condition that a value is a text, or a number, list or object that is written so, or has this comparable form. */
  exactValue(text: string): string {
    const has = (value: string): string =>
      `jsonb_path_exists(s.attributes, '$.* ? (@ == $value)', jsonb_build_object('value', ${this.value(value)}::text))`;
    const comparable = comparableText(text);
    if (comparable === undefined || comparable === text) return has(text);
    return `(${has(text)} OR (${has(comparable)} AND EXISTS (
      SELECT FROM customers AS c, json_each(c.attributes::json) AS member
      WHERE c.customer_id = s.customer_id AND member.value::text = ${this.value(text)})))`;
  }

  private condition(condition: Condition): string {
    switch (condition.on) {
      case 'attribute':
        return this.attributeCondition(condition);
      case 'event':
        return this.eventCondition(condition);
      case 'label':
        return this.labelCondition(condition);
      case 'last_updated':
        return this.range('s.last_updated', condition.seconds);
      case 'all':
        return `(${condition.of.map((one) => this.condition(one)).join(' AND ')})`;
      case 'any':
        return `(${condition.of.map((one) => this.condition(one)).join(' OR ')})`;
      default:
        return condition satisfies never;
    }
  }

  private attributeCondition(condition: Condition & { on: 'attribute' }): string {
    switch (condition.is) {
      case 'is':
        return this.valueCondition(condition);
      case 'is_not':
        return `NOT ${this.valueCondition(condition)}`;
      case 'is_any_of': {
        const { name, values } = condition;
        return `(${values.map((value) => this.valueCondition({ name, value })).join(' OR ')})`;
      }
      case 'contains':
      case 'starts_with': {
        const folded = foldText(condition.value);
        if (folded === '') return 'false';
        const [name, anywhere] = [this.value(condition.name), this.value(`%${escaped(folded)}%`)];
        const pattern = condition.is === 'contains' ? anywhere : this.value(`${escaped(folded)}%`);
        const matches = `coalesce(s.folded_attributes ->> ${name}, s.attributes ->> ${name}) LIKE ${pattern}`;
        // The index holds all values of a customer as one text.
        return isSearchable(folded) ? `s.folded LIKE ${anywhere} AND ${matches}` : matches;
      }
      case 'above':
      case 'at_least':
      case 'below':
      case 'at_most': {
        const { name, number, is } = condition;
        return `(s.numbers -> ${this.value(name)})::numeric ${SIGNS[is]} ${this.value(number)}::numeric`;
      }
      case 'within': {
        const time = `s.times -> ${this.value(condition.name)}`;
        return `CASE jsonb_typeof(${time}) WHEN 'number' THEN ${this.range(`(${time})::numeric`, condition.instants)}
          WHEN 'array' THEN ${this.range(`(${time} -> 0)::numeric`, condition.days)} ELSE false END`;
      }
      case 'exists':
        return `s.attributes ? ${this.value(condition.name)}`;
      case 'not_exists':
        return `NOT s.attributes ? ${this.value(condition.name)}`;
      default:
        return condition satisfies never;
    }
  }

  private labelCondition(condition: Condition & { on: 'label' }): string {
    switch (condition.is) {
      case 'is':
        return `s.labels ? ${this.value(condition.value)}`;
      case 'is_not':
        return `NOT s.labels ? ${this.value(condition.value)}`;
      case 'is_any_of':
        return `s.labels ?| ${this.value(condition.values)}::text[]`;
      default:
        return condition satisfies never;
    }
  }

  private range(number: string, { from, to }: TimeRange): string {
    const ends: string[] = [];
    if (Number.isFinite(from)) ends.push(`${number} >= ${this.value(from)}::bigint`);
    if (Number.isFinite(to)) ends.push(`${number} < ${this.value(to)}::bigint`);
    return ends.length > 0 ? `(${ends.join(' AND ')})` : 'true';
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

  private eventCondition(filter: EventCondition): string {
    const { within } = filter;
    if (within) return this.withinCondition(filter, within);
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

  private withinCondition(filter: EventCondition, { from, to }: TimeRange): string {
    const least = (count: number): string => {
      if (count === 0) return 'true';
      const [name, first, last] = [filter.name, spanOf(from), spanOf(to - 1)];
      // A customer is in it once, so that it can be joined.
      return `EXISTS (SELECT 1 FROM (
        SELECT e.customer_id FROM event_times AS e, unnest(e.times) AS t (at)
        WHERE e.name = ${this.value(name)} AND e.span BETWEEN ${this.value(first)}::bigint AND ${this.value(last)}::bigint
          AND t.at >= ${this.value(from)}::bigint AND t.at < ${this.value(to)}::bigint
        GROUP BY e.customer_id HAVING count(*) >= ${this.value(count)}::bigint
      ) AS w WHERE w.customer_id = s.customer_id)`;
    };
    switch (filter.is) {
      case 'at_least':
        return least(filter.count);
      case 'at_most':
        return `NOT ${least(filter.count + 1)}`;
      case 'never':
        return `NOT ${least(1)}`;
      default:
        return filter satisfies never;
    }
  }
}

/** The span of a time, as in `event_times`; no row has a smaller one. */
function spanOf(time: number): number {
  return Math.max(0, Math.floor(time / SPAN_MS));
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

/** A text in a LIKE pattern. */
function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
