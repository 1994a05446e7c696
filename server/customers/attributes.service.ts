import { Injectable } from '@nestjs/common';
import type { StoredCustomer } from '../domain/customer/customer.js';
import { StoredCustomers } from '../domain/customer/stored-customers.js';
import { DomainError } from '../domain/errors.js';
import { forEachMember } from '../domain/json-members.js';
import { OverviewRepository } from '../domain/overview.js';
import { SORT_ORDERS, type AttributeName, type SortOrder } from '../domain/search/customer-query.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { compareCodePoints } from '../domain/text.js';
import { Turns } from '../http/turns.js';
import { isoTime } from './log-entry-json.js';
import { readPaging } from './paging.js';
import { oneOf, readSearch } from './read-query.js';

const MOST_PER_PAGE = 100;
/** Customers that types, examples and times are taken from. */
const SAMPLE = 100;
const MOST_EXAMPLES = 5;
/** Values with more characters as JSON are no examples. */
const LONG = 200;

/** Names that are sorted by what a sample of each tells, at most. */
const MOST_SAMPLED = 200;
const SORTS = ['customers', 'name', 'last_seen'] as const;
type Sort = (typeof SORTS)[number];

/** Values of some customers as JSON, and the time of each. */
interface Sample {
  readonly values: readonly string[];
  readonly times: readonly number[];
}
type Sampled = AttributeName & { readonly sample: Sample };
type Sorted = AttributeName | Sampled;

type Type = 'text' | 'number' | 'boolean' | 'list' | 'object';

/** Rules of the API for the catalogue of attributes. */
@Injectable()
export class AttributesService {
  private readonly turns = new Turns();

  constructor(
    private readonly search: CustomerSearch,
    private readonly stored: StoredCustomers,
    private readonly overview: OverviewRepository,
  ) {}

  /**
   * Makes the body of a page in pieces, of `?search=&sort=&order=&page=&per_page=`.
   * @throws DomainError `invalid_request`
   */
  async *page(query: Readonly<Record<string, unknown>>): AsyncGenerator<string> {
    const asked = readPaging(query);
    const [page, perPage] = [asked.page, Math.min(asked.perPage, MOST_PER_PAGE)];
    const search = readSearch(query.search);
    const end = page * perPage;
    const found = await this.sorted(search ?? '', query, end + 1);
    let opening = '{"attributes":[';
    for (const name of found.slice(end - perPage, end)) {
      await this.turns.next();
      yield opening + jsonOf(name, 'sample' in name ? name.sample : await this.sampleOf(name));
      opening = ',';
    }
    const total = search === undefined ? `"total":${(await this.overview.read()).attributeNames},` : '';
    const meta = `"page":${page},"per_page":${perPage},${total}"more":${found.length > end}`;
    yield `${opening === ',' ? '' : opening}],"meta":{${meta}}}`;
  }

  /** The names of a search in the wanted order; at most `limit` of those of most customers. */
  private async sorted(search: string, query: Readonly<Record<string, unknown>>, limit: number): Promise<Sorted[]> {
    const sort = oneOf<Sort>('sort', query.sort, SORTS, 'customers');
    const order = oneOf<SortOrder>('order', query.order, SORT_ORDERS, sort === 'name' ? 'asc' : 'desc');
    if (sort === 'customers' && order === 'desc') return [...(await this.search.attributeNames(search, limit))];
    const all = await this.search.attributeNames(search, sort === 'last_seen' ? MOST_SAMPLED + 1 : Infinity);
    if (sort === 'last_seen') {
      if (all.length > MOST_SAMPLED) {
        const message = `Only ${MOST_SAMPLED} names or fewer can be sorted by last_seen. Search for a part of the name.`;
        throw new DomainError('invalid_request', message, [{ field: 'sort', message }]);
      }
      const sampled: Sampled[] = [];
      for (const name of all) {
        await this.turns.next();
        sampled.push({ ...name, sample: await this.sampleOf(name) });
      }
      return inOrder(sampled, order, (one, other) => lastOf(one) - lastOf(other));
    }
    // The names of most customers come first, so the other order of customers is the reverse.
    if (sort === 'customers') return [...all].reverse();
    return inOrder([...all], order, (one, other) => compareCodePoints(one.name, other.name));
  }

  private async sampleOf({ name }: AttributeName): Promise<Sample> {
    const filters = [{ on: 'attribute', name, is: 'exists' } as const];
    const { ids } = await this.search.searchIds({ filters, sort: 'last_updated', order: 'desc' }, 0, SAMPLE);
    const customers = await this.stored.snapshot((snapshot) => snapshot.among(ids));
    const values: string[] = [];
    const times: number[] = [];
    for (const customer of customers) {
      const value = memberOf(customer, 'attributes', name);
      if (value === undefined) continue;
      values.push(value);
      times.push(Number(memberOf(customer, 'attributeTimes', name)));
    }
    return { values, times };
  }
}

function inOrder<T>(list: T[], order: SortOrder, compare: (one: T, other: T) => number): T[] {
  const sign = order === 'asc' ? 1 : -1;
  return list.sort((one, other) => sign * compare(one, other));
}

/** The latest time of a value of the sample (ms since the Unix epoch); 0 for an empty sample. */
function lastOf({ sample: { times } }: Sampled): number {
  return Math.max(0, ...times);
}

function jsonOf({ name, customers }: AttributeName, { values, times }: Sample): string {
  const types: Partial<Record<Type, number>> = {};
  for (const type of values.map(typeOf)) types[type] = (types[type] ?? 0) + 1;
  const examples = [...new Set(values.filter(({ length }) => length <= LONG))].slice(0, MOST_EXAMPLES);
  const seen =
    times.length === 0
      ? ''
      : `,"first_seen":"${isoTime(Math.min(...times))}","last_seen":"${isoTime(Math.max(...times))}"`;
  return (
    `{"name":${JSON.stringify(name)},"customers":${customers},"sample":${values.length},"types":${JSON.stringify(types)},` +
    `"examples":[${examples.join(',')}]${seen}}`
  );
}

function memberOf(customer: StoredCustomer, of: 'attributes' | 'attributeTimes', name: string): string | undefined {
  let found: string | undefined;
  forEachMember(customer[of], (member, value) => {
    if (member === name) found = value;
  });
  return found;
}

function typeOf(json: string): Type {
  switch (json.charAt(0)) {
    case '"':
      return 'text';
    case '[':
      return 'list';
    case '{':
      return 'object';
    case 't':
    case 'f':
      return 'boolean';
    default:
      return 'number';
  }
}
