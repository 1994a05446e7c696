import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  ElementRef,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';

import { Announcer } from '../../core/announcer';
import { Connection } from '../../core/connection';
import { byDay, dayText } from '../../core/by-day';
import { Skeleton } from '../../ui/skeleton';
import { Customer } from '../model/customer';
import { ENTRY_KINDS, EntryKind, NO_FILTER, TimelineEntry, TimelineFilter } from '../model/timeline';
import { LastLooks } from '../state/last-looks';
import { TimelineStore } from '../state/timeline-store';
import { TimelineEntryView } from './timeline-entry';

const KINDS_TEXT: Readonly<Record<EntryKind, string>> = {
  event: $localize`Events`,
  attributes: $localize`Attributes`,
  edit: $localize`Edits`,
};

/** The log of a customer, its own actions and those on its record, newest first, by day. Older entries are loaded as one scrolls. */
@Component({
  selector: 'app-timeline',
  imports: [Skeleton, TimelineEntryView],
  templateUrl: './timeline.html',
  styleUrl: './timeline.scss',
  providers: [TimelineStore],
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Timeline {
  readonly id = input.required<string>();
  /** The record on the screen. A new version of it may come with new entries. */
  readonly customer = input<Customer>();

  private readonly store = inject(TimelineStore);
  private readonly connection = inject(Connection);
  private readonly announcer = inject(Announcer);
  private readonly looks = inject(LastLooks);
  private readonly older = viewChild<ElementRef<HTMLButtonElement>>('older');
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');

  protected readonly state = this.store.state;
  protected readonly busy = this.store.busy;
  protected readonly failure = this.store.failure;
  protected readonly allKinds = ENTRY_KINDS;
  protected readonly kindsText = KINDS_TEXT;
  protected readonly filter = signal<TimelineFilter>(NO_FILTER);
  protected readonly isFiltered = computed(() => this.filter() !== NO_FILTER);
  protected readonly dayText = dayText;
  protected readonly days = computed(() => {
    const state = this.state();
    return state.kind === 'ready' ? byDay(state.entries, ({ time }) => time) : [];
  });
  /** The names that the filter proposes: those of events, then of attributes. */
  protected readonly names = computed(() => {
    const customer = this.customer();
    return customer ? [...new Set([...Object.keys(customer.events), ...Object.keys(customer.attributes)])] : [];
  });
  /** Entries after this time are new to the reader, in ms since the Unix epoch; null for none. */
  private readonly lookedAt = signal<number | null>(null);

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => {
        this.filter.set(NO_FILTER);
        this.lookedAt.set(this.looks.look(id, Date.now()));
      });
    });
    effect(() => {
      const [id, filter] = [this.id(), this.filter()];
      this.customer();
      this.connection.recoveries();
      untracked(() => this.store.load(id, filter));
    });
    this.loadWhenSeen();
  }

  /** Shows the events with a name alone, and moves there. */
  showEvents(name: string): void {
    this.filter.set({ ...NO_FILTER, kinds: ['event'], name });
    this.heading().nativeElement.focus({ preventScroll: true });
    this.heading().nativeElement.scrollIntoView({ block: 'start' });
  }

  protected reload(): void {
    this.store.load(this.id(), this.filter());
  }

  protected more(): void {
    this.store.loadMore();
    this.announcer.announce($localize`Loading older entries`);
  }

  protected toggle(kind: EntryKind): void {
    const kinds = this.filter().kinds.filter((one) => one !== kind);
    this.narrow({ kinds: kinds.length === this.filter().kinds.length ? [...kinds, kind] : kinds });
  }

  protected narrowBy(member: 'name' | 'since' | 'until', event: Event): void {
    if (event.target instanceof HTMLInputElement) this.narrow({ [member]: event.target.value.trim() });
  }

  protected clear(): void {
    this.filter.set(NO_FILTER);
  }

  protected isNew({ time }: TimelineEntry): boolean {
    const lookedAt = this.lookedAt();
    return lookedAt !== null && Date.parse(time) > lookedAt;
  }

  private narrow(change: Partial<TimelineFilter>): void {
    const filter = { ...this.filter(), ...change };
    const isEmpty = filter.kinds.length === 0 && !filter.name && !filter.since && !filter.until;
    this.filter.set(isEmpty ? NO_FILTER : filter);
  }

  /** Loads older entries when their button comes into view. The button stays, for keyboards and screen readers. */
  private loadWhenSeen(): void {
    if (typeof IntersectionObserver === 'undefined') return;
    const observer = new IntersectionObserver((seen) => {
      if (seen.some(({ isIntersecting }) => isIntersecting)) this.store.loadMore();
    });
    effect(() => {
      const button = this.older()?.nativeElement;
      // A button that is still in view after a page is observed anew, and so loads the next page.
      this.state();
      observer.disconnect();
      if (button) observer.observe(button);
    });
    inject(DestroyRef).onDestroy(() => observer.disconnect());
  }
}
