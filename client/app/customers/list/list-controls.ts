import { countText } from '../../core/count-text';
import { keyOfElement, useShortcuts } from '../../core/shortcuts';
import { PageMeta } from '../model/customer';
import { CustomerListState } from '../state/customer-list-store';
import { CustomerOrder, CustomerSort, SortOrder } from '../model/customer-query';

export const LIST_TEXTS = {
  kept: $localize`The customer was not deleted`,
  segment: $localize`The segment was not changed`,
  unloaded: $localize`The customers could not be loaded`,
  wrong: $localize`The address asks for something that is not understood`,
} as const;

/** The orders of the list, for screens on which the table has no headings. */
export const ORDERS: readonly {
  readonly value: string;
  readonly sort: CustomerSort;
  readonly order: SortOrder;
  readonly label: string;
}[] = [
  { value: 'id asc', sort: 'id', order: 'asc', label: $localize`Id, ascending` },
  { value: 'id desc', sort: 'id', order: 'desc', label: $localize`Id, descending` },
  { value: 'email asc', sort: 'email', order: 'asc', label: $localize`Email, ascending` },
  { value: 'email desc', sort: 'email', order: 'desc', label: $localize`Email, descending` },
  { value: 'created_at desc', sort: 'created_at', order: 'desc', label: $localize`Newest first` },
  { value: 'created_at asc', sort: 'created_at', order: 'asc', label: $localize`Oldest first` },
  { value: 'last_updated desc', sort: 'last_updated', order: 'desc', label: $localize`Last updated first` },
  { value: 'last_updated asc', sort: 'last_updated', order: 'asc', label: $localize`Last updated last` },
];

const SORTS = ['id', 'email', 'created_at', 'last_updated'] as const;

/** The order by the column behind that of an order, in the direction that is usual for it. */
export function nextOrder({ sort }: CustomerOrder): CustomerOrder {
  const next = SORTS[(SORTS.findIndex((one) => one === sort) + 1) % SORTS.length];
  return { sort: next, order: next === 'id' || next === 'email' ? 'asc' : 'desc' };
}

export function reversed({ sort, order }: CustomerOrder): CustomerOrder {
  return { sort, order: order === 'asc' ? 'desc' : 'asc' };
}

/** The number of customers, with `+` when there may be more. */
export function totalText({ total, total_is_minimum }: PageMeta): string {
  return countText(total) + (total_is_minimum ? '+' : '');
}

/** The actions of the keys of the list. An action that returns false did nothing: the browser then handles the key. */
export interface ListActions {
  search(): void;
  filter(): void;
  step(by: 1 | -1): void;
  pick(): boolean;
  edit(): boolean;
  /** Sorts by the next order that there is. */
  sort(): void;
  reverse(): void;
  turn(by: 1 | -1): boolean;
  leave(): boolean;
  mayPick(): boolean;
  mayEdit(): boolean;
}

export function useListShortcuts(list: ListActions): void {
  useShortcuts($localize`List of customers`, [
    { keys: '/', label: $localize`Search customers`, run: () => list.search() },
    { keys: 'f', label: $localize`Add a filter`, run: () => list.filter() },
    { keys: 'j', label: $localize`Next customer`, run: () => list.step(1) },
    { keys: 'k', label: $localize`Customer before`, run: () => list.step(-1) },
    keyOfElement('Enter', $localize`Open the customer`),
    { keys: 'x', label: $localize`Select the customer`, when: () => list.mayPick(), run: () => list.pick() },
    { keys: 'e', label: $localize`Edit the customer`, when: () => list.mayEdit(), run: () => list.edit() },
    { keys: 's', label: $localize`Sort by the next column`, run: () => list.sort() },
    { keys: 'S', label: $localize`Reverse the order`, run: () => list.reverse() },
    { keys: ']', label: $localize`Next page`, run: () => list.turn(1) },
    { keys: '[', label: $localize`Previous page`, run: () => list.turn(-1) },
    keyOfElement(['Alt+ArrowLeft', 'Alt+ArrowRight'], $localize`Move the column of a heading`),
    { keys: 'Escape', label: $localize`Clear the selection`, run: () => list.leave() },
  ]);
}

/** The announcement for a state of the list; null for none. */
export function spoken(state: CustomerListState): string | null {
  switch (state.kind) {
    case 'loading':
    case 'error':
      return null;
    case 'empty':
      return $localize`No customer found`;
    case 'past_end':
      return $localize`There are no customers on this page`;
    case 'ready': {
      const { customers, meta } = state.page;
      return $localize`Page ${countText(meta.page)}:page:: ${countText(customers.length)}:count: of ${countText(meta.total)}:total: customers`;
    }
    default:
      return state satisfies never;
  }
}
