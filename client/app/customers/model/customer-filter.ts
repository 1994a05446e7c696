/** A condition on customers in the language of the API; see `server/domain/search/customer-filter.ts`. */
export type CustomerFilter =
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: 'is' | 'is_not' | 'contains';
      readonly value: string;
    }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'exists' | 'not_exists' }
  | { readonly on: 'event'; readonly name: string; readonly is: 'at_least' | 'at_most'; readonly count: number }
  | { readonly on: 'event'; readonly name: string; readonly is: 'never' }
  | { readonly on: 'last_updated'; readonly is: 'before' | 'after'; /** Unix time. */ readonly seconds: number };

export type FilterSubject = CustomerFilter['on'];
export type FilterOperator = CustomerFilter['is'];

/** The fields of a form for a filter, not checked yet. */
export interface FilterParts {
  readonly on: FilterSubject;
  readonly name: string;
  readonly is: FilterOperator;
  /** A value, a number of events, or seconds since the Unix epoch. */
  readonly value: string;
}

export const OPERATORS: Readonly<Record<FilterSubject, readonly FilterOperator[]>> = {
  attribute: ['is', 'is_not', 'contains', 'exists', 'not_exists'],
  event: ['at_least', 'at_most', 'never'],
  last_updated: ['after', 'before'],
};

/** Operators without a value. */
const WITHOUT_VALUE: readonly FilterOperator[] = ['exists', 'not_exists', 'never'];

export function takesValue(is: FilterOperator): boolean {
  return !WITHOUT_VALUE.includes(is);
}

/** Reads a filter of the address; null when it is none (the server then says what is wrong with it). */
export function readFilter(text: string): CustomerFilter | null {
  const parts = decoded(text);
  if (!parts) return null;
  const [on, ...rest] = parts;
  if (on === 'last_updated') return filterOf({ on, name: '', is: rest[0] as FilterOperator, value: rest[1] ?? '' });
  if (on !== 'attribute' && on !== 'event') return null;
  const [name, is, value = ''] = rest;
  return filterOf({ on, name, is: is as FilterOperator, value }); // Safe: an unknown operator gives null.
}

/** Writes the text that {@link readFilter} reads: parts joined by ':', each percent-encoded. */
export function writeFilter(filter: CustomerFilter): string {
  const { on, name, is, value } = partsOf(filter);
  const parts = [on, ...(on === 'last_updated' ? [] : [name]), is, ...(takesValue(is) ? [value] : [])];
  return parts.map(encodeURIComponent).join(':');
}

/** Makes a filter of the fields of a form; null when a field is missing or is no number. */
export function filterOf({ on, name, is, value }: FilterParts): CustomerFilter | null {
  if (!OPERATORS[on].includes(is) || (on !== 'last_updated' && !name)) return null;
  if (on === 'attribute') {
    if (is === 'exists' || is === 'not_exists') return { on, name, is };
    return (is === 'is' || is === 'is_not' || is === 'contains') && value !== '' ? { on, name, is, value } : null;
  }
  if (on === 'event' && is === 'never') return { on, name, is };
  const number = /^\d{1,15}$/.test(value) ? Number(value) : null;
  if (number === null) return null;
  if (on === 'event') return is === 'at_least' || is === 'at_most' ? { on, name, is, count: number } : null;
  return is === 'before' || is === 'after' ? { on, is, seconds: number } : null;
}

export function partsOf(filter: CustomerFilter): FilterParts {
  const { on, is } = filter;
  if (filter.on === 'last_updated') return { on, is, name: '', value: String(filter.seconds) };
  const value = 'value' in filter ? filter.value : 'count' in filter ? String(filter.count) : '';
  return { on, is, name: filter.name, value };
}

function decoded(text: string): string[] | null {
  try {
    return text.split(':').map(decodeURIComponent);
  } catch {
    return null;
  }
}
