import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';

import { durationText, sizeText } from '../core/amounts';
import { fileOf } from '../core/file-name';
import { SessionStore } from '../core/session';
import { Count } from '../ui/count';
import { Icon, IconName } from '../ui/icon';
import { Moment } from '../ui/moment';
import { ProgressBar } from '../ui/progress-bar';
import { Ingestion, rejectedIn } from './wire/ingestion';
import { IngestionCounts } from './ingestion-counts';
import { OUTCOME_TEXT, Outcome, outcomeOf } from './ingestion-outcome';
import { RejectList } from './reject-list';

const ICONS: Readonly<Record<Outcome, IconName>> = {
  running: 'upload',
  taken: 'check',
  'in-part': 'alert',
  nothing: 'alert',
  empty: 'minus',
  failed: 'alert',
  interrupted: 'alert',
};

/** An ingestion in one line; opened, with its counts and rejects. */
@Component({
  selector: 'app-ingestion-row',
  imports: [Count, Icon, IngestionCounts, Moment, ProgressBar, RejectList],
  templateUrl: './ingestion-row.html',
  styleUrl: './ingestion-row.scss',
  host: { 'data-testid': 'ingestion', '[attr.data-state]': 'ingestion().state', '[attr.data-outcome]': 'outcome()' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class IngestionRow {
  readonly ingestion = input.required<Ingestion>();
  protected readonly session = inject(SessionStore);

  protected readonly open = signal(false);
  /** The source without its folders. */
  protected readonly fileName = computed(() => fileOf(this.ingestion().source));
  protected readonly outcome = computed(() => outcomeOf(this.ingestion()));
  protected readonly outcomeText = computed(() => OUTCOME_TEXT[this.outcome()]);
  protected readonly icon = computed(() => ICONS[this.outcome()]);
  protected readonly rejected = computed(() => rejectedIn(this.ingestion()));
  protected readonly startedAt = computed(() => Date.parse(this.ingestion().started_at) / 1000);
  protected readonly size = computed(() => sizeText(this.ingestion().bytes));
  protected readonly duration = computed(() => durationText(this.ingestion().seconds));
  /** Null for a compressed file: its size is not that of the bytes that were read. */
  protected readonly progress = computed(() => {
    const { bytes, size, source } = this.ingestion();
    return size === undefined || size === 0 || source.endsWith('.gz') ? null : bytes / size;
  });
  protected readonly progressLabel = $localize`Progress`;

  protected toggle(event: Event): void {
    if (event.target instanceof HTMLDetailsElement) this.open.set(event.target.open);
  }
}
