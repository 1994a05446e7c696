import { JsonValue } from '../../core/exact-json';
import { byCodePoint } from './attribute-draft';
import { groupsOf } from './attribute-groups';
import { TrashEntry } from './trash-entry';

/** The attributes of a customer in the trash, in the order of the page of a customer. */
export function valuesOf({ attributes }: TrashEntry): readonly { readonly name: string; readonly value: JsonValue }[] {
  return groupsOf(Object.keys(attributes), []).flatMap(({ names }) =>
    names.map((name) => ({ name, value: attributes[name] ?? null })),
  );
}

/** Its events, the most frequent first. */
export function eventsOf({ events }: TrashEntry): readonly { readonly name: string; readonly count: number }[] {
  return Object.entries(events)
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || byCodePoint(a.name, b.name));
}
