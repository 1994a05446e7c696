import { customerJson } from '../domain/customer-json.js';
import type { FoundCustomers } from '../domain/customer-query.js';
import type { CustomerPageJson } from '../domain/customer-repository.js';
import type { CustomerRecord } from '../domain/customer.js';
import type { Paging } from './paging.js';

const BEFORE_CUSTOMER = Buffer.from('{"customer":');
const AFTER_CUSTOMER = Buffer.from('}');
const BEFORE_CUSTOMERS = Buffer.from('{"customers":[');

/** The body of every answer about one customer. */
export function customerBody(customer: CustomerRecord): string {
  return `{"customer":${customerJson(customer)}}`;
}

/** The same, as UTF-8, around JSON of the repository. */
export function customerBytes(customer: Uint8Array): Buffer {
  return Buffer.concat([BEFORE_CUSTOMER, customer, AFTER_CUSTOMER]);
}

/** The body of a list, as UTF-8. */
export function pageBytes({ customers, total }: CustomerPageJson, { page, perPage }: Paging): Buffer {
  const meta = Buffer.from(`],"meta":{"page":${page},"per_page":${perPage},"total":${total}}}`);
  return Buffer.concat([BEFORE_CUSTOMERS, customers, meta]);
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
