import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { Count } from '../ui/count';
import { Ingestion, rejectedIn } from './wire/ingestion';

/** The counts of an ingestion. They add up to all lines. */
@Component({
  selector: 'app-ingestion-counts',
  imports: [Count],
  template: `
    <dl>
      @for (item of items(); track item.label) {
        <div [class.zero]="item.count === 0" [class.bad]="item.bad && item.count > 0">
          <dt>{{ item.label }}</dt>
          <dd>{{ item.count | count }}</dd>
        </div>
      }
    </dl>
  `,
  styles: `
    dl {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(min(160px, 40%), 1fr));
      gap: var(--space-3) var(--space-4);
      margin: 0;
    }
    dt {
      color: var(--ink-soft);
      font-size: 12.5px;
    }
    dd {
      margin: 0;
      font-size: 16px;
      font-weight: 600;
      font-variant-numeric: tabular-nums;
    }
    .zero dd {
      color: var(--ink-soft);
      font-weight: 450;
    }
    .bad dd {
      color: var(--danger);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class IngestionCounts {
  readonly ingestion = input.required<Ingestion>();

  protected readonly items = computed(() => {
    const of = this.ingestion();
    return [
      { label: $localize`Lines`, count: of.lines },
      { label: $localize`Customers touched`, count: of.customers },
      { label: $localize`Events`, count: of.events },
      { label: $localize`Attribute messages`, count: of.attributes },
      { label: $localize`Duplicates`, count: of.duplicates },
      { label: $localize`Rejected`, count: rejectedIn(of), bad: true },
      { label: $localize`Anonymous`, count: of.anonymous },
      { label: $localize`Before a deletion`, count: of.stale },
      { label: $localize`Blank lines`, count: of.blank },
    ];
  });
}
