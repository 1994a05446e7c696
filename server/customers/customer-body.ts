import { customerJson } from '../domain/customer/customer-json.js';
import type { CustomerCount, FoundCustomers } from '../domain/search/customer-query.js';
import type { CustomerPageJson } from '../domain/customer/customer-repository.js';
import { JsonBody } from '../http/compression.js';
import { etagOf } from '../http/etag.js';
import type { Entity } from '../http/send.js';
import { wireText, wrap } from '../http/wire-text.js';
import type { Paging } from './paging.js';

/** The body of every answer about one customer. @param json of the customer, as text or UTF-8 */
export function customerEntity(json: string | Uint8Array): Entity {
  return { body: wrap('{"customer":', wireText(json), '}'), etag: etagOf(json) };
}

/** The body of a list. */
export function pageBody({ customers, total }: CustomerPageJson, { page, perPage }: Paging): JsonBody {
  const meta = `],"meta":{"page":${page},"per_page":${perPage},"total":${total}}}`;
  return new JsonBody(wrap('{"customers":[', wireText(customers), meta));
}

/** The body of a list with a search, filters or an order. */
export function searchBody(
  { customers, ...counts }: FoundCustomers,
  { page, perPage }: Paging,
  more: object = {},
): JsonBody {
  const list = customers.map(customerJson).join(',');
  const meta = `{"page":${page},"per_page":${perPage},${countMembers(counts, more)}}`;
  return new JsonBody(wireText(`{"customers":[${list}],"meta":${meta}}`));
}

/** The members of `meta` that say how many customers a search selects. */
export function countMembers({ total, totalIsMinimum, indexing }: CustomerCount, more: object = {}): string {
  const members = { total, ...(totalIsMinimum && { total_is_minimum: true }), ...(indexing && { indexing }), ...more };
  return JSON.stringify(members).slice(1, -1);
}

/** Remembers what was rendered from a read for as long as the read lives, so that a cached read is rendered once. */
export class Rendered<Read extends object, Answer> {
  private readonly answers = new WeakMap<Read, Answer>();

  of(read: Read, render: () => Answer): Answer {
    const known = this.answers.get(read);
    if (known !== undefined) return known;
    const answer = render();
    this.answers.set(read, answer);
    return answer;
  }
}
