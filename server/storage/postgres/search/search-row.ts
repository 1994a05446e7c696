import { foldCase, OpenRecord, textOf, timeOf } from '../../../domain/search/customer-match.js';
import type { CustomerRecord } from '../../../domain/customer/customer.js';
import type { CopyField } from '../customers/copy-rows.js';
import { position } from '../customers/row.js';

/** Between the values of one customer. */
const SEPARATOR = '\u001f';
/** Stands for a separator in a value. */
const REPLACEMENT = '\u001e';
const JSONB_VERSION = Buffer.of(1);
const FLOAT_BYTES = 8;

export const SEARCH_COLUMNS =
  'customer_id, position, folded, attributes, folded_attributes, events, email, created_at, last_updated';

/** False for a text of which the joined values cannot tell whether one of them holds it. */
export function isSearchable(text: string): boolean {
  return !text.includes(SEPARATOR) && !text.includes(REPLACEMENT);
}

/** What is searched of a customer, in the order of {@link SEARCH_COLUMNS}. */
export function searchRow(record: CustomerRecord): readonly CopyField[] {
  const customer = new OpenRecord(record);
  const texts: [name: string, text: string][] = [];
  const others: [name: string, text: string][] = [];
  let folded = foldCase(record.id);
  for (const [name, value] of Object.entries(customer.attributes)) {
    const text = textOf(value);
    const lower = foldCase(text);
    texts.push([name, text]);
    if (lower !== text) others.push([name, lower]);
    folded += SEPARATOR + lower.replaceAll(SEPARATOR, REPLACEMENT);
  }
  const email = customer.attributeText('email');
  const created = Object.hasOwn(customer.attributes, 'created_at') ? timeOf(customer.attributes.created_at) : undefined;
  return [
    record.id,
    position(record.id),
    folded,
    jsonb(objectOf(texts)),
    jsonb(objectOf(others)),
    jsonb(record.events),
    email === undefined ? null : foldCase(email),
    created === undefined ? null : float(created),
    record.lastUpdated,
  ];
}

/** Not an object of its own: `__proto__` and numbers as names would change places. */
function objectOf(members: readonly (readonly [name: string, text: string])[]): string {
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`).join(',')}}`;
}

function jsonb(text: string): Uint8Array {
  return Buffer.concat([JSONB_VERSION, Buffer.from(text)]);
}

function float(value: number): Uint8Array {
  const bytes = Buffer.alloc(FLOAT_BYTES);
  bytes.writeDoubleBE(value);
  return bytes;
}
