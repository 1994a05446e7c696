import { toState, type StoredCustomer } from '../customer/customer.js';

/** A part of a customer that its record and its log tell differently. Undefined: there is none. */
export interface RecordDifference {
  /** `attribute`, `time of attribute` and `event` with a name, or `last_updated`. */
  readonly of: string;
  readonly record: string | undefined;
  readonly log: string | undefined;
}

/** Compares a record with that which its log adds up to, tombstones included. */
export function recordDifferences(id: string, record?: StoredCustomer, refolded?: StoredCustomer): RecordDifference[] {
  const [a, b] = [partsOf(id, record), partsOf(id, refolded)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((of) => ({ of, record: a.get(of), log: b.get(of) }))
    .filter((one) => one.record !== one.log);
}

function partsOf(id: string, stored: StoredCustomer | undefined): Map<string, string> {
  const parts = new Map<string, string>();
  if (!stored) return parts;
  const { attributes, events, lastUpdated } = toState(id, stored, undefined);
  for (const [name, { value, timestamp }] of attributes) {
    const quoted = JSON.stringify(name);
    if (value !== null) parts.set(`attribute ${quoted}`, value);
    parts.set(`time of attribute ${quoted}`, new Date(timestamp).toISOString());
  }
  for (const [name, count] of events) parts.set(`event ${JSON.stringify(name)}`, String(count));
  parts.set('last_updated', new Date(lastUpdated).toISOString());
  return parts;
}
