import { wireId } from '../domain/customer-id.js';
import type { FoundCustomers } from '../domain/customer-query.js';
import type { CustomerPage } from '../domain/customer-repository.js';
import type { CustomerRecord } from '../domain/customer.js';
import type { Paging } from './paging.js';

/** The JSON of one customer, put together from texts that are JSON already. */
function customerJson({ id, attributes, events, lastUpdated }: CustomerRecord): string {
  return `{"id":${JSON.stringify(wireId(id))},"attributes":${attributes},"events":${events},"last_updated":${lastUpdated}}`;
}

/** The body of every answer about one customer. */
export function customerBody(customer: CustomerRecord): string {
  return `{"customer":${customerJson(customer)}}`;
}

/** The body of a list. */
export function pageBody({ customers, total }: CustomerPage, { page, perPage }: Paging): string {
  const list = customers.map(customerJson).join(',');
  return `{"customers":[${list}],"meta":{"page":${page},"per_page":${perPage},"total":${total}}}`;
}

/** The body of a list that was asked for with a search, filters or an order. */
export function foundBody(
  { customers, total, totalIsMinimum, indexing }: FoundCustomers,
  { page, perPage }: Paging,
): string {
  const list = customers.map(customerJson).join(',');
  const more = `${totalIsMinimum ? ',"total_is_minimum":true' : ''}${indexing ? ',"indexing":true' : ''}`;
  return `{"customers":[${list}],"meta":{"page":${page},"per_page":${perPage},"total":${total}${more}}}`;
}
