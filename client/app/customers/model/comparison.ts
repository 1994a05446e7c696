import { JsonValue, writeJson } from '../../core/exact-json';
import { byCodePoint } from './attribute-draft';
import { groupsOf } from './attribute-groups';
import { Customer } from './customer';

/** An attribute of two customers. A side is undefined where the customer does not have it. */
export interface ComparedAttribute {
  readonly name: string;
  readonly a: JsonValue | undefined;
  readonly b: JsonValue | undefined;
  readonly differs: boolean;
}

/** An event of two customers, with how often each did it. */
export interface ComparedEvent {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  readonly differs: boolean;
}

/** The attributes of two customers in the order of the page of a customer. Values are the same if their JSON is: 1 and 1.0 are two values. */
export function compareAttributes(a: Customer, b: Customer, pinned: readonly string[]): ComparedAttribute[] {
  const names = new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)]);
  return groupsOf([...names], pinned)
    .flatMap((group) => group.names)
    .map((name) => {
      const [left, right] = [valueOf(a, name), valueOf(b, name)];
      const differs = left === undefined || right === undefined || writeJson(left) !== writeJson(right);
      return { name, a: left, b: right, differs };
    });
}

/** The events of two customers, the most frequent first. */
export function compareEvents(a: Customer, b: Customer): ComparedEvent[] {
  const names = new Set([...Object.keys(a.events), ...Object.keys(b.events)]);
  return [...names]
    .map((name) => {
      const [left, right] = [countOf(a, name), countOf(b, name)];
      return { name, a: left, b: right, differs: left !== right };
    })
    .sort((one, other) => other.a + other.b - one.a - one.b || byCodePoint(one.name, other.name));
}

function valueOf({ attributes }: Customer, name: string): JsonValue | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

function countOf({ events }: Customer, name: string): number {
  return Object.hasOwn(events, name) ? events[name] : 0;
}
