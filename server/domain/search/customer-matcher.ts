import { servedSeconds, type CustomerRecord } from '../customer/customer.js';
import { compareNumbers } from '../decimal.js';
import { comparableJson, comparableText } from '../json.js';
import { readTyped } from './attribute-value.js';
import { eventsWithin, type Comparison, type Condition, type EventCondition } from './condition.js';
import type { CustomerSelection } from './customer-query.js';
import type { TimeRange } from './filter-time.js';
import { foldText } from './fold-text.js';
import type { OpenRecord } from './open-record.js';
import { holds, readSearchText, type SearchText } from './search-text.js';

/** The rank of a customer that a search finds: 0 by its exact id, 1 by an exact value, 2 by parts of its id or of values. */
export type SearchRank = 0 | 1 | 2;

type Test = (customer: OpenRecord) => boolean;

/** Tells which customers a selection selects. The selection is read once, for any number of customers. */
export class CustomerMatcher {
  private readonly search: SearchText | undefined;
  private readonly ids: ReadonlySet<string> | undefined;
  private readonly tests: readonly Test[];
  /** Folded texts that the JSON of the attributes must hold. Most customers are refused by them, without parsing the JSON. */
  private readonly needles: readonly string[];
  /** Folded texts that the id or the JSON of the attributes must hold. */
  private readonly words: readonly string[];

  constructor(selection: CustomerSelection) {
    this.search = selection.search === undefined ? undefined : readSearchText(selection.search);
    this.ids = selection.ids && new Set(selection.ids);
    // The log is read last, of few customers.
    const readsLog = (filter: Condition): number => Number(eventsWithin([filter]).length > 0);
    this.tests = [...selection.filters].sort((a, b) => readsLog(a) - readsLog(b)).map(testOf);
    this.needles = selection.filters.flatMap(needleOf).filter(isPlainInJson);
    this.words = this.search?.terms.filter(isPlainInJson) ?? [];
  }

  /** @returns the rank of a selected customer (2 without a search text); undefined for a customer that is not selected */
  match(customer: OpenRecord): SearchRank | undefined {
    if (this.ids && !this.ids.has(customer.record.id)) return undefined;
    if (!this.mayMatch(customer.record)) return undefined;
    for (const test of this.tests) if (!test(customer)) return undefined;
    return this.search === undefined ? 2 : rankOf(customer, this.search);
  }

  private mayMatch({ id, attributes }: CustomerRecord): boolean {
    if (this.needles.length === 0 && this.words.length === 0) return true;
    const folded = foldText(attributes);
    for (const needle of this.needles) if (!folded.includes(needle)) return false;
    for (const word of this.words) if (!folded.includes(word) && !foldText(id).includes(word)) return false;
    return true;
  }
}

function rankOf(customer: OpenRecord, { exact, terms }: SearchText): SearchRank | undefined {
  const { id } = customer.record;
  const texts = customer.attributeTexts();
  const folded = [foldText(id), ...texts.map(([, text]) => foldText(text))];
  for (const term of terms) if (!folded.some((text) => holds(text, term))) return undefined;
  if (id === exact) return 0;
  return texts.some(([, text, comparable]) => text === exact || comparable === exact) ? 1 : 2;
}

function needleOf(condition: Condition): string[] {
  if (condition.on !== 'attribute') return [];
  return condition.is === 'contains' || condition.is === 'starts_with' ? [foldText(condition.value)] : [];
}

/** True for a text that JSON writes without escapes. */
function isPlainInJson(text: string): boolean {
  return JSON.stringify(text).length === text.length + 2;
}

function testOf(condition: Condition): Test {
  switch (condition.on) {
    case 'attribute':
      return attributeTest(condition);
    case 'event':
      return eventTest(condition);
    case 'label':
      return labelTest(condition);
    case 'last_updated': {
      const { seconds } = condition;
      return ({ record }) => isIn(servedSeconds(record.lastUpdated), seconds);
    }
    case 'all': {
      const tests = condition.of.map(testOf);
      return (customer) => tests.every((test) => test(customer));
    }
    case 'any': {
      const tests = condition.of.map(testOf);
      return (customer) => tests.some((test) => test(customer));
    }
    default:
      return condition satisfies never;
  }
}

function labelTest(condition: Condition & { on: 'label' }): Test {
  switch (condition.is) {
    case 'is':
      return ({ labels }) => labels.includes(condition.value);
    case 'is_not':
      return ({ labels }) => !labels.includes(condition.value);
    case 'is_any_of':
      return ({ labels }) => condition.values.some((value) => labels.includes(value));
    default:
      return condition satisfies never;
  }
}

function attributeTest(condition: Condition & { on: 'attribute' }): Test {
  const { name } = condition;
  switch (condition.is) {
    case 'is':
      return valueTest(name, condition.value);
    case 'is_not': {
      // True also for customers without the attribute.
      const is = valueTest(name, condition.value);
      return (customer) => !is(customer);
    }
    case 'is_any_of': {
      const tests = condition.values.map((value) => valueTest(name, value));
      return (customer) => tests.some((test) => test(customer));
    }
    case 'contains':
    case 'starts_with': {
      const { is } = condition;
      const folded = foldText(condition.value);
      return (customer) => {
        const text = customer.attributeText(name);
        if (text === undefined || folded === '') return false;
        return is === 'contains' ? foldText(text).includes(folded) : foldText(text).startsWith(folded);
      };
    }
    case 'above':
    case 'at_least':
    case 'below':
    case 'at_most': {
      const { is, number } = condition;
      return (customer) => {
        const json = customer.attributes.get(name);
        const value = json === undefined ? undefined : readTyped(json).number;
        return value !== undefined && isCompared(is, compareNumbers(value, number));
      };
    }
    case 'within': {
      const { instants, days } = condition;
      return (customer) => {
        const json = customer.attributes.get(name);
        if (json === undefined) return false;
        const { time, day } = readTyped(json);
        return (time !== undefined && isIn(time, instants)) || (day !== undefined && isIn(day, days));
      };
    }
    case 'exists':
      return ({ attributes }) => attributes.has(name);
    case 'not_exists':
      return ({ attributes }) => !attributes.has(name);
    default:
      return condition satisfies never;
  }
}

function isCompared(is: Comparison, difference: number): boolean {
  switch (is) {
    case 'above':
      return difference > 0;
    case 'at_least':
      return difference >= 0;
    case 'below':
      return difference < 0;
    case 'at_most':
      return difference <= 0;
    default:
      return is satisfies never;
  }
}

function isIn(number: number, { from, to }: TimeRange): boolean {
  return number >= from && number < to;
}

/** The text of a value is `value`, or `value` is a number, list or object as JSON that is equal to it. */
function valueTest(name: string, value: string): Test {
  const comparable = comparableText(value);
  return (customer) => {
    if (customer.attributeText(name) === value) return true;
    const json = comparable === undefined ? undefined : customer.attributes.get(name);
    return json !== undefined && comparableJson(json) === comparable;
  };
}

function eventTest(condition: EventCondition): Test {
  const { name, within } = condition;
  const count = within
    ? (customer: OpenRecord, most: number) => customer.eventsWithin(name, within, most)
    : (customer: OpenRecord) => customer.eventCount(name);
  switch (condition.is) {
    case 'at_least':
      return (customer) => count(customer, condition.count) >= condition.count;
    case 'at_most':
      // True also for customers without the event.
      return (customer) => count(customer, condition.count + 1) <= condition.count;
    case 'never':
      return (customer) => count(customer, 1) === 0;
    default:
      return condition satisfies never;
  }
}
