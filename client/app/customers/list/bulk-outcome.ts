import { ChangeDetectionStrategy, Component, input } from '@angular/core';

import { Count } from '../../ui/count';
import { Notice } from '../../ui/notice';
import { ProgressBar } from '../../ui/progress-bar';
import { BulkState } from './bulk-run';

/** The progress of a bulk edit, then its end: what was changed, and what failed. */
@Component({
  selector: 'app-bulk-outcome',
  imports: [Count, Notice, ProgressBar],
  template: `
    @let now = state();
    @switch (now.kind) {
      @case ('running') {
        <app-progress-bar [label]="label()" [value]="now.total === 0 ? null : now.done / now.total" />
        <p class="muted" role="status" data-testid="bulk-progress" i18n>
          {{ now.done | count }} of {{ now.total | count }}
        </p>
      }
      @case ('ended') {
        <p role="status" data-testid="bulk-result">{{ result() }}</p>
        @if (now.end.error; as problem) {
          <app-notice heading="It ended before all were done" i18n-heading>
            <p>{{ problem.message }}</p>
          </app-notice>
        }
        @if (now.end.errors.length > 0) {
          <ul class="refusals" tabindex="0" aria-label="What failed" i18n-aria-label data-testid="bulk-refusals">
            @for (refusal of now.end.errors; track refusal.id) {
              <li>
                <bdi>{{ refusal.id }}</bdi>&ngsp;<span class="muted">{{ refusal.message }}</span>
              </li>
            }
          </ul>
        }
      }
      @case ('failed') {
        <app-notice heading="Not everything was done" i18n-heading>
          <p>{{ now.problem.message }}</p>
        </app-notice>
      }
    }
  `,
  styles: `
    p {
      margin: 0;
    }

    app-progress-bar + p {
      margin-block-start: var(--space-2);
      font-variant-numeric: tabular-nums;
    }

    .refusals {
      display: grid;
      gap: var(--space-1);
      max-block-size: 220px;
      margin: var(--space-3) 0 0;
      padding: var(--space-3);
      border: 1px solid var(--line);
      border-radius: var(--radius-s);
      overflow-y: auto;
      list-style: none;
      overflow-wrap: anywhere;
    }

    bdi {
      font-weight: 550;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class BulkOutcome {
  readonly state = input.required<BulkState>();
  /** The name of the progress bar. */
  readonly label = input.required<string>();
  /** The text of a state that has ended. */
  readonly result = input.required<string>();
}
