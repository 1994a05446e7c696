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
import { Router, RouterLink } from '@angular/router';

import { loaded } from '../../access/loaded';
import { Announcer } from '../../core/announcer';
import { SessionStore } from '../../core/session';
import { useShortcuts } from '../../core/shortcuts';
import { rejectText } from '../../ingest/data/reject-text';
import { Count } from '../../ui/count';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { Notice } from '../../ui/notice';
import { Call } from '../model/call';
import { DEFAULT_SOURCE, OUTCOMES, Outcome } from '../model/source';
import { LiveStore } from '../state/live-store';
import { OUTCOME_HINT, OUTCOME_TEXT } from '../ui/source-text';
import { Snippets } from '../ui/snippets';
import { SourcesClient } from '../wire/sources-client';
import { CallDetails } from './call-details';
import { DrawnRows } from './drawn-rows';
import { clockText } from './live-time';
import { summaryOf } from './summary';

const SUMMARY_MS = 15_000;
/** The most characters of a text in a row. */
const SHOWN_CHARACTERS = 200;

/**
 * The live view: messages as they arrive, with what became of each. While a row is open or the list is scrolled, it is held, so that nothing
 * moves under the reader. Screen readers get a summary from time to time.
 */
@Component({
  selector: 'app-live',
  imports: [RouterLink, CallDetails, Count, EmptyState, Icon, Notice, Snippets],
  providers: [LiveStore],
  host: { '(window:resize)': 'rows.resized()' },
  templateUrl: './live.html',
  styleUrl: './live.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Live {
  /** From the address: the number of a source. */
  readonly source = input<unknown>();
  /** From the address: outcomes, separated by commas. */
  readonly outcome = input<unknown>();

  private readonly store = inject(LiveStore);
  private readonly router = inject(Router);
  private readonly listbox = viewChild<ElementRef<HTMLElement>>('listbox');
  private readonly search = viewChild.required<ElementRef<HTMLInputElement>>('search');
  private readonly client = inject(SourcesClient);
  private readonly list = loaded(() => this.client.list());

  protected readonly session = inject(SessionStore);
  protected readonly state = this.store.state;
  protected readonly shown = this.store.shown;
  protected readonly tally = this.store.tally;
  protected readonly total = this.store.total;
  protected readonly waiting = this.store.waiting;
  protected readonly skipped = this.store.skipped;
  protected readonly rate = this.store.rate;
  protected readonly isHeld = this.store.isHeld;
  protected readonly allOutcomes = OUTCOMES;
  protected readonly outcomeText = OUTCOME_TEXT;
  protected readonly outcomeHint = OUTCOME_HINT;
  protected readonly clockText = clockText;
  protected readonly sources = computed(() => {
    const state = this.list.state();
    return state.kind === 'ready' ? state.value : [];
  });
  /** The source whose messages are shown; null for all. */
  protected readonly sourceId = computed(() => {
    const id = Number(this.source() ?? NaN);
    return Number.isSafeInteger(id) ? id : null;
  });
  /** The source of the snippets that are shown while nothing has arrived. */
  protected readonly example = computed(() => {
    const id = this.sourceId() ?? DEFAULT_SOURCE;
    const source = this.sources().find((one) => one.id === id);
    return source && (id !== DEFAULT_SOURCE || this.session.session()?.access === 'open') ? source : null;
  });
  protected readonly outcomes = computed<ReadonlySet<Outcome>>(() => {
    const text = this.outcome();
    const names = typeof text === 'string' ? text.split(',') : [];
    return new Set(OUTCOMES.filter((one) => names.includes(one)));
  });
  protected readonly text = signal('');
  protected readonly isFiltered = computed(() => this.outcomes().size > 0 || this.text() !== '');
  protected readonly selected = signal<Call | null>(null);
  private readonly isPaused = signal(false);
  protected readonly rows = new DrawnRows(this.listbox, this.shown);

  constructor() {
    effect(() => {
      const id = this.sourceId();
      untracked(() => this.start(id));
    });
    effect(() => {
      const filter = { outcomes: this.outcomes(), text: this.text() };
      untracked(() => this.store.setFilter(filter));
    });
    effect(() => {
      const isHeld = this.isPaused() || this.rows.isScrolled() || this.selected() !== null;
      untracked(() => this.store.hold(isHeld));
    });
    this.summarize();
    useShortcuts($localize`Live`, [
      { keys: 'p', label: $localize`Pause, or go on`, run: () => this.pause() },
      { keys: 'j', label: $localize`Next message`, run: () => this.move(1) },
      { keys: 'k', label: $localize`Previous message`, run: () => this.move(-1) },
      { keys: '/', label: $localize`Filter by text`, run: () => this.search().nativeElement.focus() },
      { keys: 'Escape', label: $localize`Close the message`, run: () => this.selected() !== null && this.close() },
    ]);
  }

  /** Lets messages wait, or shows those that waited, from the newest on. */
  protected pause(): void {
    if (!this.isHeld()) {
      this.isPaused.set(true);
      return;
    }
    this.isPaused.set(false);
    this.selected.set(null);
    this.rows.scrollToTop();
  }

  protected start(id: number | null): void {
    this.selected.set(null);
    this.rows.reset();
    this.store.open(id);
  }

  protected detailOf(call: Call): string {
    if (call.reason !== undefined) return rejectText(call.reason);
    return call.text.slice(0, SHOWN_CHARACTERS);
  }

  /** Opens the row that was clicked, or closes it. */
  protected selectAt({ target }: Event): void {
    const row = target instanceof Element ? target.closest('[role=option]') : null;
    const call = this.shown().at(Number(row?.getAttribute('aria-posinset') ?? NaN) - 1);
    if (row && call) this.selected.set(call === this.selected() ? null : call);
  }

  protected close(): void {
    this.selected.set(null);
    this.listbox()?.nativeElement.focus();
  }

  protected press(event: KeyboardEvent): void {
    const page = this.rows.rowsOfPage();
    switch (event.key) {
      case 'ArrowDown':
        this.move(1);
        break;
      case 'ArrowUp':
        this.move(-1);
        break;
      case 'PageDown':
        this.move(page);
        break;
      case 'PageUp':
        this.move(-page);
        break;
      case 'Home':
        this.move(-this.shown().length);
        break;
      case 'End':
        this.move(this.shown().length);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  /** Opens the row so many rows further down; the first one if none is open. */
  private move(rows: number): void {
    const shown = this.shown();
    if (shown.length === 0) return;
    const selected = this.selected();
    const from = selected === null ? -1 : shown.indexOf(selected);
    const index = from < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, from + rows));
    this.selected.set(shown[index]);
    this.rows.reveal(index);
  }

  protected chooseSource(event: Event): void {
    if (event.target instanceof HTMLSelectElement) this.navigate({ source: event.target.value || null });
  }

  protected toggle(outcome: Outcome): void {
    const outcomes = OUTCOMES.filter((one) => this.outcomes().has(one) !== (one === outcome));
    this.navigate({ outcome: outcomes.join(',') || null });
  }

  protected type(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.text.set(event.target.value.trim());
  }

  /** Shows the messages with a text, of every outcome. */
  protected filterBy(text: string): void {
    this.search().nativeElement.value = text;
    this.text.set(text);
    if (this.outcomes().size > 0) this.navigate({ outcome: null });
  }

  protected clear(): void {
    this.filterBy('');
  }

  private navigate(queryParams: Readonly<Record<string, string | null>>): void {
    void this.router.navigate([], { queryParams, queryParamsHandling: 'merge', replaceUrl: true });
  }

  private summarize(): void {
    const announcer = inject(Announcer);
    let before = this.tally();
    const timer = setInterval(() => {
      const summary = summaryOf(before, this.tally());
      before = this.tally();
      if (summary !== null) announcer.announce(summary);
    }, SUMMARY_MS);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }
}
