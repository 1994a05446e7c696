import { Signal, computed } from '@angular/core';

import { CustomerQuery } from '../model/customer-query';
import { CustomerListState, shown } from '../state/customer-list-store';

const MOST_SKELETON_ROWS = 25;

/** The part of its state that the list shows. */
export class ListView {
  constructor(
    private readonly state: Signal<CustomerListState>,
    private readonly query: Signal<CustomerQuery>,
  ) {}

  /** The page on the screen: the loaded one, or the previous one while another loads. */
  readonly shown = computed(() => shown(this.state()));
  readonly skeletonRows = computed(() => Math.min(this.query().perPage, MOST_SKELETON_ROWS));
  /** The number in the heading, 0 included. */
  readonly counted = computed(() => {
    const state = this.state();
    return state.kind === 'empty' || state.kind === 'past_end' ? state.page.meta : (this.shown()?.meta ?? null);
  });
  readonly total = computed(() => this.shown()?.meta.total ?? 0);
  readonly lastPage = computed(() => {
    const state = this.state();
    return state.kind === 'past_end' ? Math.ceil(state.page.meta.total / this.query().perPage) : 1;
  });
  /** The time from which on the log has the events that a filter asks for, in seconds since the Unix epoch; null where it has all. */
  readonly incompleteSince = computed(() => {
    const since = this.counted()?.log_incomplete_since;
    return since === undefined ? null : Date.parse(since) / 1000;
  });
  /** True for a search among all customers. */
  readonly isSearchAlone = computed(() => {
    const { search, filters, where } = this.query();
    return search !== '' && filters.length === 0 && !where;
  });
  /** Why nothing is found. */
  readonly emptyHeading = computed(() =>
    this.isSearchAlone()
      ? $localize`No customer matches “${this.query().search}:search:”`
      : $localize`No customer is like that`,
  );
}
