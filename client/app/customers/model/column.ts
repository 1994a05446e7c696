import { CustomerSort } from './customer-query';

/** A column of the list beside the name of the customer. */
export type Column =
  | { readonly kind: 'attribute' | 'event'; readonly name: string }
  | { readonly kind: 'id' | 'last_updated'; readonly name: '' };

/** Least and most width of a column that a reader sets (px). */
export const LEAST_WIDTH = 64;
export const MOST_WIDTH = 900;

export function columnKey({ kind, name }: Column): string {
  return name === '' ? kind : `${kind}:${name}`;
}

/** The column that {@link columnKey} made the key of. */
export function columnOf(key: string): Column {
  if (key === 'id' || key === 'last_updated') return { kind: key, name: '' };
  const colon = key.indexOf(':');
  return { kind: key.startsWith('event:') ? 'event' : 'attribute', name: key.slice(colon + 1) };
}

export function isColumnKey(key: unknown): key is string {
  return typeof key === 'string' && /^(?:(?:id|last_updated)$|(?:attribute|event):.)/s.test(key);
}

/** The sort order of the list that belongs to a column; null for a column the list cannot be sorted by. */
export function sortOf({ kind, name }: Column): CustomerSort | null {
  if (kind === 'id' || kind === 'last_updated') return kind;
  return kind === 'attribute' && (name === 'email' || name === 'created_at') ? name : null;
}

/** The heading of a column. Names of attributes and events are not translated. */
export function columnText({ kind, name }: Column): string {
  if (kind === 'id') return $localize`Id`;
  if (kind === 'last_updated') return $localize`Last updated`;
  if (kind === 'attribute' && name === 'email') return $localize`Email`;
  if (kind === 'attribute' && name === 'created_at') return $localize`Created`;
  return name;
}
