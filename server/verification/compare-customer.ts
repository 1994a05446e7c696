import { compareCodePoints } from '../domain/text.js';
import type { ServedCustomer } from './served-customers.js';

/** A difference between expected and served, as texts to show. `none` stands for a missing customer, attribute or event. */
export interface Difference {
  readonly customer: string;
  /** The attribute or event; undefined: the whole customer. */
  readonly name?: string;
  readonly expected: string;
  readonly actual: string;
}

interface Field {
  readonly name: string;
  /** `name=value`, or undefined when the value has a type that the contract does not allow. */
  readonly text: string | undefined;
  readonly shown: string;
  readonly isEvent: boolean;
}

const NONE = 'none';

/** @param expected `name=value` fields: attributes by name, then events by name, in the order of code points */
export function compareCustomer(expected: readonly string[], customer: ServedCustomer): Difference[] {
  const actual = fieldsOf(customer);
  if (actual.length === expected.length && actual.every(({ text }, at) => text === expected[at])) return [];

  const unmatched = new Set(actual);
  const missing = expected.filter((text) => {
    const match = actual.find((field) => field.text === text && unmatched.has(field));
    return !match || !unmatched.delete(match);
  });
  const differences = missing.map((text): Difference => {
    const field = sameName(unmatched, text);
    if (field) unmatched.delete(field);
    const name = field?.name ?? text.slice(0, text.indexOf('='));
    const value = text.slice(name.length + 1);
    const shown = field?.isEvent ? value : JSON.stringify(value);
    return { customer: customer.id, name, expected: shown, actual: field?.shown ?? NONE };
  });
  for (const { name, shown } of unmatched)
    differences.push({ customer: customer.id, name, expected: NONE, actual: shown });
  return differences.length > 0 ? differences : [firstInOtherOrder(expected, actual, customer.id)];
}

/** The first field at another place. All fields match, but one is an attribute instead of an event, or the file is not sorted. */
function firstInOtherOrder(expected: readonly string[], actual: readonly Field[], customer: string): Difference {
  const at = expected.findIndex((text, index) => text !== actual[index].text);
  return {
    customer,
    name: `field ${at + 1}`,
    expected: JSON.stringify(expected[at]),
    actual: JSON.stringify(actual[at].text),
  };
}

/** Finds the field that `text` names. A name may contain `=`, so the longest name that fits is taken. */
function sameName(fields: Iterable<Field>, text: string): Field | undefined {
  return [...fields]
    .filter(({ name }) => text.startsWith(`${name}=`))
    .sort((a, b) => b.name.length - a.name.length)
    .at(0);
}

function fieldsOf({ attributes, events }: ServedCustomer): Field[] {
  const field = ([name, value]: [string, unknown], isEvent: boolean): Field => {
    const isValid = isEvent ? Number.isSafeInteger(value) : typeof value === 'string';
    return { name, text: isValid ? `${name}=${String(value)}` : undefined, shown: JSON.stringify(value), isEvent };
  };
  return [
    ...sorted(attributes).map((entry) => field(entry, false)),
    ...sorted(events).map((entry) => field(entry, true)),
  ];
}

function sorted(values: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(values).sort(([a], [b]) => compareCodePoints(a, b));
}
