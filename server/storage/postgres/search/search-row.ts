import { foldCase } from '../../../domain/search/fold-case.js';
import { OpenRecord } from '../../../domain/search/open-record.js';
import { servedSeconds, type CustomerRecord } from '../../../domain/customer/customer.js';
import type { CopyField } from '../customers/copy-rows.js';
import { position } from '../customers/row.js';

/** Stands between the values of a customer. */
const SEPARATOR = '\u001f';
/** Replaces a separator inside a value. */
const REPLACEMENT = '\u001e';
const JSONB_VERSION = Buffer.of(1);
const FLOAT_BYTES = 8;

export const SEARCH_COLUMNS =
  'customer_id, position, folded, attributes, folded_attributes, events, email, created_at, last_updated';

/** False for a text that may be found across a separator, so that the joined values cannot tell whether a value contains it. */
export function isSearchable(text: string): boolean {
  return !text.includes(SEPARATOR) && !text.includes(REPLACEMENT);
}

/** The values of the row of a customer, in the order of {@link SEARCH_COLUMNS}. */
export type SearchValues = readonly [
  id: string,
  position: string,
  folded: string,
  attributes: string,
  foldedAttributes: string,
  events: string,
  email: string | null,
  createdAt: number | null,
  lastUpdated: number,
];

export function searchValues(record: CustomerRecord): SearchValues {
  const customer = new OpenRecord(record);
  const texts: [name: string, text: string][] = [];
  const others: [name: string, text: string][] = [];
  let folded = foldCase(record.id);
  for (const [name, text, comparable = text] of customer.attributeTexts()) {
    const lower = foldCase(text);
    texts.push([name, comparable]);
    if (lower !== comparable) others.push([name, lower]);
    folded += SEPARATOR + lower.replaceAll(SEPARATOR, REPLACEMENT);
  }
  const created = customer.sortValue('created_at');
  const email = customer.sortValue('email');
  return [
    record.id,
    position(record.id),
    folded,
    objectOf(texts),
    objectOf(others),
    record.events,
    email === undefined ? null : String(email),
    created === undefined ? null : Number(created),
    servedSeconds(record.lastUpdated),
  ];
}

/** The row of a customer, in the order of {@link SEARCH_COLUMNS}. */
export function searchRow(record: CustomerRecord): readonly CopyField[] {
  const [id, place, folded, attributes, others, events, email, createdAt, lastUpdated] = searchValues(record);
  const created = createdAt === null ? null : float(createdAt);
  return [id, place, folded, jsonb(attributes), jsonb(others), jsonb(events), email, created, lastUpdated];
}

/** Writes the JSON by hand: in a JavaScript object, `__proto__` and numbers as names would change places. */
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
