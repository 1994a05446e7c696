import { Injectable } from '@nestjs/common';
import type { StoredCustomer } from '../domain/customer/customer.js';
import { StoredCustomers } from '../domain/customer/stored-customers.js';
import { forEachMember } from '../domain/json-members.js';
import { OverviewRepository } from '../domain/overview.js';
import type { AttributeName } from '../domain/search/customer-query.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { Turns } from '../http/turns.js';
import { isoTime } from './log-entry-json.js';
import { readPaging } from './paging.js';
import { readSearch } from './read-query.js';

const MOST_PER_PAGE = 100;
/** Customers that types, examples and times are taken from. */
const SAMPLE = 100;
const MOST_EXAMPLES = 5;
/** Values with more characters as JSON are no examples. */
const LONG = 200;

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
   * Makes the body of a page in pieces.
   * @throws DomainError `invalid_request`
   */
  async *page(query: Readonly<Record<string, unknown>>): AsyncGenerator<string> {
    const asked = readPaging(query);
    const [page, perPage] = [asked.page, Math.min(asked.perPage, MOST_PER_PAGE)];
    const search = readSearch(query.search);
    const end = page * perPage;
    const names = await this.search.attributeNames(search ?? '', end + 1);
    let opening = '{"attributes":[';
    for (const name of names.slice(end - perPage, end)) {
      await this.turns.next();
      yield opening + (await this.json(name));
      opening = ',';
    }
    const total = search === undefined ? `"total":${(await this.overview.read()).attributeNames},` : '';
    const meta = `"page":${page},"per_page":${perPage},${total}"more":${names.length > end}`;
    yield `${opening === ',' ? '' : opening}],"meta":{${meta}}}`;
  }

  private async json({ name, customers }: AttributeName): Promise<string> {
    const filters = [{ on: 'attribute', name, is: 'exists' } as const];
    const { ids } = await this.search.searchIds({ filters, sort: 'last_updated', order: 'desc' }, 0, SAMPLE);
    const sample = await this.stored.snapshot((snapshot) => snapshot.among(ids));
    const values: string[] = [];
    const times: number[] = [];
    for (const customer of sample) {
      const value = memberOf(customer, 'attributes', name);
      if (value === undefined) continue;
      values.push(value);
      times.push(Number(memberOf(customer, 'attributeTimes', name)));
    }
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
