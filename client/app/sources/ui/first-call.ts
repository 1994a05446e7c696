import { ChangeDetectionStrategy, Component, OnInit, DestroyRef, inject, input, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';

import { rejectText } from '../../ingest/data/reject-text';
import { Icon } from '../../ui/icon';
import { Call } from '../model/call';
import { LiveFeed } from '../wire/live-feed';
import { OUTCOME_TEXT } from './source-text';

/** Waits for a message of a source, and tells what became of the latest: the proof that a client is set up well. */
@Component({
  selector: 'app-first-call',
  imports: [Icon],
  host: {
    role: 'status',
    '[class.good]': "call()?.outcome === 'accepted'",
    '[class.bad]': "call()?.outcome === 'rejected'",
  },
  template: `
    @if (call(); as it) {
      <app-icon [name]="it.outcome === 'rejected' ? 'alert' : 'check'" />
      <span data-testid="first-call">
        <ng-container i18n>A message has arrived:</ng-container>&ngsp;<code>{{ it.call }}</code
        >&ngsp;
        @if (it.user_id; as id) {
          <ng-container i18n
            >of customer <bdi>{{ id }}</bdi></ng-container
          >&ngsp;
        }
        – {{ outcomeText[it.outcome] }}
        @if (it.reason; as reason) {
          ({{ rejectText(reason) }})
        }
      </span>
    } @else {
      <span class="pulse" aria-hidden="true"></span>
      <span i18n>Waiting for the first message. Run the snippet: it shows here.</span>
    }
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      padding: var(--space-2) var(--space-3);
      border: 1px solid var(--line);
      border-radius: var(--radius-s);
      overflow-wrap: anywhere;
    }
    :host(.good) app-icon {
      color: var(--good);
    }
    :host(.bad) app-icon {
      color: var(--danger);
    }
    .pulse {
      flex: none;
      inline-size: 9px;
      block-size: 9px;
      border-radius: 50%;
      background: var(--accent);
      animation: pulse 1.4s ease-in-out infinite;
    }
    @keyframes pulse {
      50% {
        opacity: 0.25;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FirstCall implements OnInit {
  /** Number of the source. */
  readonly source = input.required<number>();

  private readonly feed = inject(LiveFeed);
  private readonly destroyed = inject(DestroyRef);

  protected readonly outcomeText = OUTCOME_TEXT;
  protected readonly rejectText = rejectText;
  protected readonly call = signal<Call | null>(null);

  ngOnInit(): void {
    this.feed
      .open(this.source())
      .pipe(takeUntilDestroyed(this.destroyed))
      .subscribe((event) => {
        if (event.kind === 'call') this.call.set(event.call);
      });
  }
}
