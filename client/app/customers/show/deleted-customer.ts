import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
} from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { Announcer } from '../../core/announcer';
import { Problem, readProblem } from '../../core/problem';
import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { TrashEntry } from '../model/trash-entry';
import { eventsOf, valuesOf } from '../model/trash-values';
import { CustomerListStore } from '../state/customer-list-store';
import { People } from '../state/people';
import { TrashClient } from '../wire/trash-client';
import { Avatar } from '../ui/avatar';
import { AttributeValue } from '../ui/attribute-value';

/** A customer in the trash: who it was, when and by whom it was deleted, its values, and the way back. Else the content. */
@Component({
  selector: 'app-deleted-customer',
  imports: [AttributeValue, Avatar, Count, Icon, Moment, Notice],
  templateUrl: './deleted-customer.html',
  styleUrl: './deleted-customer.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class DeletedCustomer {
  readonly id = input.required<string>();
  readonly restored = output();
  /** Emits the name of the customer once it is known. */
  readonly named = output<string>();

  private readonly client = inject(TrashClient);
  private readonly list = inject(CustomerListStore);
  private readonly announcer = inject(Announcer);
  private readonly people = inject(People);

  /** Undefined while it is looked for, null if it is not in the trash. */
  protected readonly entry = signal<TrashEntry | null | undefined>(undefined);
  protected readonly failure = signal<Problem | null>(null);
  protected readonly busy = signal(false);
  protected readonly who = computed(() => {
    const entry = this.entry();
    return entry ? this.people.of(entry) : null;
  });
  protected readonly values = computed(() => {
    const entry = this.entry();
    return entry ? valuesOf(entry) : [];
  });
  protected readonly events = computed(() => {
    const entry = this.entry();
    return entry ? eventsOf(entry) : [];
  });

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.load(id));
    });
  }

  protected secondsOf(time: string): number {
    return Date.parse(time) / 1000;
  }

  protected async restore(): Promise<void> {
    if (this.busy()) return;
    this.failure.set(null);
    this.busy.set(true);
    try {
      await firstValueFrom(this.client.restore(this.id()));
      this.list.clear();
      this.announcer.announce($localize`Customer ${this.who()?.title ?? this.id()}:customer: is back`);
      this.restored.emit();
    } catch (error: unknown) {
      this.failure.set(readProblem(error));
    } finally {
      this.busy.set(false);
    }
  }

  private async load(id: string): Promise<void> {
    this.entry.set(undefined);
    this.failure.set(null);
    const entry = await firstValueFrom(this.client.entry(id)).catch(() => null);
    if (id !== this.id()) return;
    this.entry.set(entry);
    if (entry) this.named.emit(this.people.of(entry).name);
  }
}
