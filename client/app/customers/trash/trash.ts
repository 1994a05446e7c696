import { ChangeDetectionStrategy, Component, effect, inject, signal, untracked } from '@angular/core';
import { Router } from '@angular/router';

import { Announcer } from '../../core/announcer';
import { Connection } from '../../core/connection';
import { Problem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { Count } from '../../ui/count';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toast } from '../../ui/toast';
import { AttributeValue } from '../ui/attribute-value';
import { TrashEntry } from '../model/trash-entry';
import { eventsOf, valuesOf } from '../model/trash-values';
import { People } from '../state/people';
import { TrashStore } from '../state/trash-store';
import { Avatar } from '../ui/avatar';
import { EraseCustomer } from '../ui/erase-customer';

/** The customers that were deleted, and can be restored. */
@Component({
  selector: 'app-trash',
  imports: [AttributeValue, Avatar, Count, EmptyState, Icon, Moment, Notice, Skeleton],
  templateUrl: './trash.html',
  styleUrls: ['../../ui/rows.scss', './trash.scss'],
  providers: [TrashStore],
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Trash {
  private readonly store = inject(TrashStore);
  private readonly toast = inject(Toast);
  private readonly router = inject(Router);
  private readonly announcer = inject(Announcer);
  protected readonly people = inject(People);
  private readonly eraser = inject(EraseCustomer);

  protected readonly mayErase = inject(SessionStore).may('manage');

  protected readonly state = this.store.state;
  protected readonly busy = this.store.busy;
  protected readonly failure = signal<{ readonly heading: string; readonly problem: Problem } | null>(null);
  /** The customer that is being restored; null for none. */
  protected readonly restoring = signal<TrashEntry['id'] | null>(null);

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      recoveries();
      untracked(() => this.store.load());
    });
  }

  protected reload(): void {
    this.store.load();
  }

  protected more(): void {
    this.store.loadMore();
  }

  protected async restore(entry: TrashEntry): Promise<void> {
    if (this.restoring() !== null) return;
    this.failure.set(null);
    this.restoring.set(entry.id);
    const problem = await this.store.restore(entry);
    this.restoring.set(null);
    if (problem) {
      this.failure.set({ heading: $localize`The customer was not restored`, problem });
      this.store.load();
      return;
    }
    const text = $localize`Customer ${this.people.of(entry).title}:customer: is back`;
    this.announcer.announce(text);
    void this.toast.show(text);
    await this.router.navigate(['/customers', String(entry.id)]);
  }

  protected async erase(entry: TrashEntry): Promise<void> {
    this.failure.set(null);
    const erasure = await this.eraser.ask(entry, null);
    if (erasure.kind === 'kept') return;
    if (erasure.kind === 'failed')
      this.failure.set({ heading: $localize`The customer was not erased`, problem: erasure.problem });
    this.store.load();
  }

  protected eraseLabel(entry: TrashEntry): string {
    return $localize`Erase customer ${this.people.of(entry).title}:customer:`;
  }

  protected readonly valuesOf = valuesOf;
  protected readonly eventsOf = eventsOf;

  protected secondsOf(time: string): number {
    return Date.parse(time) / 1000;
  }

  protected label(entry: TrashEntry): string {
    return $localize`Restore customer ${this.people.of(entry).title}:customer:`;
  }
}
