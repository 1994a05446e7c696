import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { JsonNumber, JsonValue } from '../../core/exact-json';
import { LOCALE } from '../../core/locale';
import { once } from '../../core/once';
import { Problem, readProblem } from '../../core/problem';
import { Icon, IconName } from '../../ui/icon';
import { ValueText } from '../../ui/value-text';
import { ACTION_TEXT } from '../model/history';
import { EntryKind, TimelineEntry } from '../model/timeline';
import { TimelineClient } from '../wire/timeline-client';
import { ChangeLine, ChangeLines } from './change-lines';
import { EntrySourceText } from '../ui/entry-source';
import { JsonTree } from '../ui/json-tree';
import { UndoEdit } from './undo-edit';

const FOLD_FROM = 6;

const ICON: Readonly<Record<EntryKind, IconName>> = { event: 'event', attributes: 'tag', edit: 'edit' };
const KIND_TEXT: Readonly<Record<EntryKind, string>> = {
  event: $localize`Event`,
  attributes: $localize`Attributes`,
  edit: $localize`Edit`,
};
const clock = once(() => new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' }));
const dayAndClock = once(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' }));
const full = once(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' }));

/** One entry of a timeline, with its content folded. */
@Component({
  selector: 'app-timeline-entry',
  imports: [ChangeLines, EntrySourceText, Icon, JsonTree, UndoEdit, ValueText],
  templateUrl: './timeline-entry.html',
  styleUrl: './timeline-entry.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TimelineEntryView {
  /** The id of the customer. */
  readonly id = input.required<string>();
  readonly entry = input.required<TimelineEntry>();
  /** The one attribute whose change is shown; empty for all. */
  readonly only = input('');
  /** True to show the day beside the time. */
  readonly withDay = input(false);
  /** True if the entry is new to the reader. */
  readonly isNew = input(false);

  private readonly client = inject(TimelineClient);

  protected readonly icon = computed(() => ICON[this.entry().kind]);
  protected readonly kindText = computed(() => KIND_TEXT[this.entry().kind]);
  protected readonly actionText = computed(() => ACTION_TEXT[this.entry().action ?? 'updated']);
  protected readonly time = computed(() =>
    (this.withDay() ? dayAndClock() : clock()).format(new Date(this.entry().time)),
  );
  protected readonly title = computed(() => full().format(new Date(this.entry().time)));
  /** The whole of an entry that was cut. */
  private readonly whole = signal<TimelineEntry | undefined>(undefined);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isLoading = signal(false);
  private readonly shown = computed(() => this.whole() ?? this.entry());
  protected readonly isCut = computed(() => {
    const { data_truncated: dataIsCut, changes_truncated: changesAreCut } = this.shown();
    return dataIsCut === true || changesAreCut === true;
  });
  protected readonly data = computed(() => (this.shown().data_truncated ? undefined : this.shown().data));
  protected readonly changes = computed((): readonly ChangeLine[] => {
    const only = this.only();
    return only ? this.allChanges().filter(({ name }) => name === only) : this.allChanges();
  });
  private readonly allChanges = computed((): readonly ChangeLine[] => {
    const { kind, changes } = this.shown();
    if (kind === 'edit') return changes ?? [];
    const data = this.data();
    if (kind !== 'attributes' || !isObject(data)) return [];
    return Object.entries(data).map(([name, to]) => (to === null || to === '' ? { name } : { name, to }));
  });
  protected readonly isFolded = computed(() => this.changes().length > FOLD_FROM);

  protected async showWhole(): Promise<void> {
    this.isLoading.set(true);
    this.problem.set(null);
    try {
      this.whole.set(await firstValueFrom(this.client.entry(this.id(), this.entry().entry)));
    } catch (error: unknown) {
      this.problem.set(readProblem(error));
    }
    this.isLoading.set(false);
  }
}

function isObject(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !((value as object) instanceof JsonNumber)
  );
}
