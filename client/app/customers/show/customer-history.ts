import { NgTemplateOutlet } from '@angular/common';
import { ChangeDetectionStrategy, Component, effect, inject, input, untracked } from '@angular/core';

import { Connection } from '../../core/connection';
import { Moment } from '../../ui/moment';
import { Skeleton } from '../../ui/skeleton';
import { textOf } from '../model/attribute-rules';
import { JsonValue } from '../../core/exact-json';
import { Customer } from '../model/customer';
import { HistoryEntry } from '../model/history';
import { ValueText } from '../../ui/value-text';
import { HistoryStore } from '../state/history-store';

const FOLD_FROM = 6;

const ACTION_TEXT: Readonly<Record<HistoryEntry['action'], string>> = {
  created: $localize`Created`,
  overwritten: $localize`Overwritten`,
  updated: $localize`Updated`,
  deleted: $localize`Deleted`,
  restored: $localize`Restored`,
};

interface Change {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** The edits of a customer, newest first. */
@Component({
  selector: 'app-customer-history',
  imports: [NgTemplateOutlet, Moment, Skeleton, ValueText],
  templateUrl: './customer-history.html',
  styleUrl: './customer-history.scss',
  providers: [HistoryStore],
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerHistory {
  readonly id = input.required<string>();
  /** The record on the screen. A new version of it may come with a new entry. */
  readonly customer = input<Customer>();

  private readonly store = inject(HistoryStore);
  private readonly connection = inject(Connection);

  protected readonly state = this.store.state;
  protected readonly busy = this.store.busy;
  protected readonly foldFrom = FOLD_FROM;
  protected readonly actionText = ACTION_TEXT;

  constructor() {
    effect(() => {
      const id = this.id();
      this.customer();
      this.connection.recoveries();
      untracked(() => this.store.load(id));
    });
  }

  protected reload(): void {
    this.store.load(this.id());
  }

  protected more(): void {
    this.store.loadMore(this.id());
  }

  protected secondsOf(entry: HistoryEntry): number {
    return Date.parse(entry.at) / 1000;
  }

  protected changesOf(entry: HistoryEntry): Change[] {
    return entry.changes.map(({ name, from, to }) => ({ name, from: text(from), to: text(to) }));
  }
}

function text(value: JsonValue | undefined): string | null {
  return value === undefined ? null : textOf(value);
}
