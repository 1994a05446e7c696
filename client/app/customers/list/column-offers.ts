import { Signal, computed, inject } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';

import { Column, columnKey, columnText } from '../model/column';
import { NamesClient, Suggestions } from '../wire/names-client';

/** A column that can be chosen. */
export interface ColumnOffer {
  readonly column: Column;
  readonly key: string;
  readonly label: string;
  /** Customers that have it; null for a column that all have. */
  readonly customers: number | null;
}

export interface ColumnOffers {
  /** Each column once. */
  readonly options: Signal<readonly ColumnOffer[]>;
  /** True if names may still come for the present text. */
  readonly loading: Signal<boolean>;
}

const OF_ALL: readonly Column[] = [
  { kind: 'id', name: '' },
  { kind: 'last_updated', name: '' },
];

/**
 * The columns whose names or labels have a text in them. Call it in an injection context.
 * @param first columns that come first
 */
export function columnOffers(typed: Signal<string>, first: readonly Column[] = []): ColumnOffers {
  const names = inject(NamesClient);
  const suggestions = (what: 'attribute' | 'event'): Signal<Suggestions | null> =>
    toSignal(names.answers(what, toObservable(typed)), { initialValue: null });
  const [attributes, events] = [suggestions('attribute'), suggestions('event')];
  const text = computed(() => typed().trim());
  const options = computed(() => {
    const part = text().toLowerCase();
    const found: readonly ColumnOffer[] = [
      ...[...first, ...OF_ALL].map((column) => offerOf(column, null)),
      ...(attributes()?.names ?? []).map(({ name, customers }) => offerOf({ kind: 'attribute', name }, customers)),
      ...(events()?.names ?? []).map(({ name, customers }) => offerOf({ kind: 'event', name }, customers)),
    ];
    const matching = found.filter(({ label, column }) => `${label}\n${column.name}`.toLowerCase().includes(part));
    const keys = matching.map(({ key }) => key);
    return matching.filter(({ key }, index) => keys.indexOf(key) === index);
  });
  return { options, loading: computed(() => [attributes(), events()].some((answer) => answer?.search !== text())) };
}

function offerOf(column: Column, customers: number | null): ColumnOffer {
  return { column, key: columnKey(column), label: columnText(column), customers };
}
