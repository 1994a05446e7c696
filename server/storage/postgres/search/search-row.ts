import { readTyped } from '../../../domain/search/attribute-value.js';
import { foldText } from '../../../domain/search/fold-text.js';
import { OpenRecord } from '../../../domain/search/open-record.js';
import { servedSeconds, type CustomerRecord, type StoredCustomer } from '../../../domain/customer/customer.js';
import type { CopyField } from '../customers/copy-rows.js';
import { position } from '../customers/row.js';

/** Stands between the values of a customer. */
const SEPARATOR = '\u001f';
/** Replaces a separator inside a value. */
const REPLACEMENT = '\u001e';
const JSONB_VERSION = Buffer.of(1);
const FLOAT_BYTES = 8;

export const SEARCH_COLUMNS =
  'customer_id, position, folded, attributes, folded_attributes, numbers, times, events, labels, email, created_at, last_updated';

/** False for a text that may be found across a separator, so that the joined values cannot tell whether a value contains it. */
export function isSearchable(text: string): boolean {
  return !text.includes(SEPARATOR) && !text.includes(REPLACEMENT);
}

/** A record, with its labels as they are stored. */
export type SearchedCustomer = CustomerRecord & Pick<StoredCustomer, 'labels'>;

/** The values of the row of a customer, in the order of {@link SEARCH_COLUMNS}. */
export type SearchValues = readonly [
  id: string,
  position: string,
  folded: string,
  attributes: string,
  foldedAttributes: string,
  numbers: string,
  times: string,
  events: string,
  labels: string,
  email: string | null,
  createdAt: number | null,
  lastUpdated: number,
];

export function searchValues({ labels = '[]', ...record }: SearchedCustomer): SearchValues {
  const customer = new OpenRecord(record);
  const texts: [name: string, text: string][] = [];
  const others: [name: string, text: string][] = [];
  let folded = foldText(record.id);
  for (const [name, text, comparable = text] of customer.attributeTexts()) {
    const lower = foldText(text);
    texts.push([name, comparable]);
    if (lower !== comparable) others.push([name, lower]);
    folded += SEPARATOR + lower.replaceAll(SEPARATOR, REPLACEMENT);
  }
  const [numbers, times] = typedOf(customer);
  const created = customer.sortValue('created_at');
  const email = customer.sortValue('email');
  return [
    record.id,
    position(record.id),
    folded,
    objectOf(texts),
    objectOf(others),
    numbers,
    times,
    record.events,
    labels,
    email === undefined ? null : String(email),
    created === undefined ? null : Number(created),
    servedSeconds(record.lastUpdated),
  ];
}

/** The row of a customer, in the order of {@link SEARCH_COLUMNS}. */
export function searchRow(record: SearchedCustomer): readonly CopyField[] {
  const [id, place, folded, attributes, others, numbers, times, ...rest] = searchValues(record);
  const [events, labels, email, createdAt, lastUpdated] = rest;
  const created = createdAt === null ? null : float(createdAt);
  const objects = [attributes, others, numbers, times, events, labels].map(jsonb);
  return [id, place, folded, ...objects, email, created, lastUpdated];
}

/** Writes digits as a number of JSON, which has no zeros before it. PostgreSQL keeps no sign of a 0. */
function jsonNumberOf(digits: string): string {
  return digits.replace(/^(-?)0+(?=\d)/, '$1').replace(/^-(?=[0.]+(?:[eE]|$))/, '');
}

/** The attributes that are numbers, and those that are times: an instant in ms as a number, a date as a list with its floating day in ms. */
function typedOf({ attributes }: OpenRecord): [numbers: string, times: string] {
  const numbers: [name: string, json: string][] = [];
  const times: [name: string, json: string][] = [];
  for (const [name, json] of attributes) {
    const { number, time, day } = readTyped(json);
    if (number !== undefined) numbers.push([name, jsonNumberOf(number)]);
    if (time !== undefined) times.push([name, String(time)]);
    if (day !== undefined) times.push([name, `[${day}]`]);
  }
  return [jsonObjectOf(numbers), jsonObjectOf(times)];
}

function objectOf(members: readonly (readonly [name: string, text: string])[]): string {
  return jsonObjectOf(members.map(([name, text]) => [name, JSON.stringify(text)]));
}

/** Writes the JSON by hand: in a JavaScript object, `__proto__` and numbers as names would change places. */
function jsonObjectOf(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

function jsonb(text: string): Uint8Array {
  return Buffer.concat([JSONB_VERSION, Buffer.from(text)]);
}

function float(value: number): Uint8Array {
  const bytes = Buffer.alloc(FLOAT_BYTES);
  bytes.writeDoubleBE(value);
  return bytes;
}
