import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  DestroyRef,
  computed,
  inject,
  input,
  linkedSignal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { fromEvent, merge } from 'rxjs';

import { Announcer } from '../../core/announcer';
import { CustomerState, CustomerStore } from '../state/customer-store';

const ASK_MS = 30_000;
/** A tab that is returned to gets two events at once. */
const AT_ONCE_MS = 1000;

/**
 * Notices that the customer on the screen was changed elsewhere. When the reader returns to the tab the new version is shown at once, unless a
 * value is being edited; while the tab is looked at, nothing moves and a line offers it. A hidden tab asks nothing.
 */
@Component({
  selector: 'app-newer',
  template: `
    <span role="status" data-testid="newer">
      @if (found(); as now) {
        @if (now.kind === 'ready') {
          <ng-container i18n>Changed elsewhere</ng-container>
        } @else {
          <ng-container i18n>Deleted elsewhere</ng-container>
        }
      }
    </span>
    @if (found()) {
      <button type="button" class="link-button" data-testid="show-newer" (click)="show()" i18n>Show</button>
    }
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      font-size: 13px;
      color: var(--caution);
    }
    .link-button {
      margin: 0;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Newer {
  /** True while the screen must stay as it is. */
  readonly isEditing = input(false);

  private readonly store = inject(CustomerStore);
  private readonly announcer = inject(Announcer);
  private readonly document = inject(DOCUMENT);
  private askedAt = Date.now();
  /** The newer state; null for none. It is forgotten once the screen changes. */
  protected readonly found = linkedSignal<CustomerState, CustomerState | null>({
    source: computed(() => this.store.state()),
    computation: () => null,
  });

  constructor() {
    const window = this.document.defaultView;
    const events = [fromEvent(this.document, 'visibilitychange'), ...(window ? [fromEvent(window, 'focus')] : [])];
    merge(...events)
      .pipe(takeUntilDestroyed())
      .subscribe(() => void this.ask(AT_ONCE_MS, true));
    const timer = setInterval(() => void this.ask(ASK_MS, false), ASK_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  protected show(): void {
    const found = this.found();
    if (found) this.store.show(found);
  }

  /** @param after least time since the last request (ms). @param returned true if the reader was away */
  private async ask(after: number, returned: boolean): Promise<void> {
    if (this.document.visibilityState !== 'visible' || Date.now() - this.askedAt < after) return;
    this.askedAt = Date.now();
    const newer = await this.store.newer();
    if (!newer) return;
    this.found.set(newer);
    if (!returned || this.isEditing()) return;
    this.show();
    this.announcer.announce($localize`Changed elsewhere`);
  }
}
