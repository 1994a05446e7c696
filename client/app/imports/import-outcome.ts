import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { countText } from '../core/count-text';
import { SessionStore } from '../core/session';
import { Count } from '../ui/count';
import { Download } from '../ui/download';
import { Icon } from '../ui/icon';
import { ValueText } from '../ui/value-text';
import { damageText } from './import-text';
import { Difference, DryRun, ImportCounts, RejectedRow } from './wire/import';

/** The outcome of a dry run or an import: counts, cells that differ, and rejected rows. */
@Component({
  selector: 'app-import-outcome',
  imports: [Count, Download, Icon, RouterLink, ValueText],
  templateUrl: './import-outcome.html',
  styleUrl: './import-outcome.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ImportOutcome {
  readonly counts = input.required<ImportCounts | DryRun>();
  readonly rejectsUrl = input.required<string>();

  protected readonly mayExport = computed(() => this.session.may('export'));
  protected readonly differences = computed((): readonly Difference[] => {
    const counts = this.counts();
    return 'differences' in counts ? (counts.differences ?? []) : [];
  });
  protected readonly rejects = computed((): readonly RejectedRow[] => {
    const counts = this.counts();
    return 'rejects' in counts ? counts.rejects : [];
  });
  protected readonly reasons = computed(() =>
    Object.entries(this.counts().reasons)
      .sort(([, one], [, other]) => other - one)
      .map(([reason, count]) => `${reason} ${countText(count)}`)
      .join(', '),
  );
  protected readonly damageText = damageText;

  private readonly session = inject(SessionStore);

  /** A value as a text: JSON unless it is one. */
  protected textOf(value: unknown): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
  }
}
