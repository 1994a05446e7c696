import {
  ChangeDetectionStrategy,
  Component,
  Injector,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { Subscription, finalize, firstValueFrom } from 'rxjs';

import { Connection } from '../core/connection';
import { lazily } from '../core/lazy-code';
import { LOCALE } from '../core/locale';
import { once } from '../core/once';
import { Problem, readProblem } from '../core/problem';
import { SessionStore } from '../core/session';
import { KEPT, textOf } from '../customers/model/attribute-rules';
import { PinnedAttributes } from '../customers/state/pinned-attributes';
import { Count } from '../ui/count';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { Moment } from '../ui/moment';
import { Notice } from '../ui/notice';
import { ShareBar } from '../ui/share-bar';
import { Skeleton } from '../ui/skeleton';
import { ValueText } from '../ui/value-text';
import type { AttributeTask } from './attribute-dialog';
import {
  AttributePage,
  AttributeQuery,
  AttributeSort,
  AttributesClient,
  KnownAttribute,
} from './wire/attributes-client';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly page: AttributePage };

const SORTS = ['customers', 'name', 'last_seen'] as const;
/** The order in which a heading sorts at first. */
const FIRST_ORDER = { customers: 'desc', name: 'asc', last_seen: 'desc' } as const;
const ARROW = { asc: 'up', desc: 'down' } as const;
const ARIA = { asc: 'ascending', desc: 'descending' } as const;
/** Names that the server sorts by the times of a sample, at most. */
const MOST_SAMPLED = 200;
const TYPING_MS = 200;
/** A smaller share that is not 0 is shown as less than this. */
const LEAST_SHARE = 0.001;
const percent = once(() => new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 }));

const TYPE_TEXT = {
  text: $localize`Text`,
  number: $localize`Number`,
  boolean: $localize`Yes or no`,
  list: $localize`List`,
  object: $localize`Object`,
} as const;
const TYPES = ['text', 'number', 'boolean', 'list', 'object'] as const;

/** Every attribute: how many customers have it, its types and examples. The address holds the search and the page. */
@Component({
  selector: 'app-attributes',
  imports: [RouterLink, Count, EmptyState, Icon, Moment, Notice, ShareBar, Skeleton, ValueText],
  templateUrl: './attributes.html',
  styleUrl: './attributes.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Attributes {
  readonly search = input<unknown>();
  readonly page = input<unknown>();
  readonly sort = input<unknown>();
  readonly order = input<unknown>();

  private readonly client = inject(AttributesClient);
  private readonly router = inject(Router);
  private readonly injector = inject(Injector);
  private readonly pins = inject(PinnedAttributes);
  private readonly session = inject(SessionStore);
  private readonly loadDialog = lazily(() =>
    Promise.all([import('@angular/material/dialog'), import('./attribute-dialog')]),
  );
  private request: Subscription | null = null;
  private typing: ReturnType<typeof setTimeout> | undefined;

  protected readonly state = signal<State>({ kind: 'loading' });
  /** True while the rows on the screen are those of an earlier query. */
  protected readonly busy = signal(false);
  protected readonly text = computed(() => (typeof this.search() === 'string' ? String(this.search()) : ''));
  protected readonly number = computed(() => Math.max(1, Math.trunc(Number(this.page() ?? 1)) || 1));
  private readonly query = computed<AttributeQuery>(
    () => {
      const sort = SORTS.find((one) => one === this.sort()) ?? 'customers';
      const order = this.order() === 'asc' || this.order() === 'desc' ? this.order() : FIRST_ORDER[sort];
      return { search: this.text(), sort, order: order === 'asc' ? 'asc' : 'desc', page: this.number() };
    },
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  /** The headings that sort, with the query of the address each leads to. */
  protected readonly heads = computed(() => {
    const { sort: now, order } = this.query();
    const headOf = (sort: AttributeSort) => ({
      params: { sort, order: sort === now ? (order === 'asc' ? 'desc' : 'asc') : FIRST_ORDER[sort], page: null },
      arrow: sort === now ? ARROW[order] : null,
      aria: sort === now ? ARIA[order] : null,
    });
    return { customers: headOf('customers'), name: headOf('name'), last_seen: headOf('last_seen') };
  });
  /** A time is sorted by for few names only. */
  protected readonly maySortByTime = computed(() => {
    const state = this.state();
    if (this.query().sort === 'last_seen') return true;
    return state.kind === 'ready' && (state.page.meta.total ?? MOST_SAMPLED + 1) <= MOST_SAMPLED;
  });
  /** The number of all names; null in a search. */
  protected readonly total = computed(() => {
    const state = this.state();
    return state.kind === 'ready' ? (state.page.meta.total ?? null) : null;
  });
  protected readonly mayEdit = computed(() => this.session.may('write'));
  protected readonly rows = computed(() => {
    const state = this.state();
    if (state.kind !== 'ready') return [];
    const { attributes, customers } = state.page;
    return attributes.map((attribute) => ({
      ...attribute,
      share: shareText(attribute.customers, customers),
      length: customers > 0 ? (100 * attribute.customers) / customers : 0,
      typeTexts: typesOf(attribute),
      exampleTexts: attribute.examples.map(textOf),
      filter: `attribute:${encodeURIComponent(attribute.name)}:exists`,
      isKept: KEPT.some((kept) => kept === attribute.name),
      isPinned: this.pins.names().includes(attribute.name),
      labels: labelsOf(attribute.name),
      first: secondsOf(attribute.first_seen),
      last: secondsOf(attribute.last_seen),
    }));
  });

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      recoveries();
      const query = this.query();
      untracked(() => this.read(query));
    });
  }

  protected reload(): void {
    this.read(this.query());
  }

  /** Searches when nothing was typed for a moment. */
  protected typed(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const { value } = event.target;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      void this.router.navigate([], {
        queryParams: { search: value.trim() || null, page: null },
        queryParamsHandling: 'merge',
        replaceUrl: true,
      });
    }, TYPING_MS);
  }

  protected pin(name: string): void {
    this.pins.toggle(name);
  }

  protected async edit(does: AttributeTask['does'], { name, customers }: KnownAttribute): Promise<void> {
    const code = await this.loadDialog();
    if (!code) return;
    const [{ MatDialog }, { AttributeDialog }] = code;
    const opened = this.injector.get(MatDialog).open<unknown, AttributeTask, boolean>(AttributeDialog, {
      data: { does, name, customers },
      width: '460px',
      maxWidth: 'calc(100vw - 32px)',
    });
    if ((await firstValueFrom(opened.afterClosed())) === true) this.reload();
  }

  private read(query: AttributeQuery): void {
    this.request?.unsubscribe();
    this.busy.set(true);
    this.request = this.client
      .page(query)
      .pipe(finalize(() => this.busy.set(false)))
      .subscribe({
        next: (page) => this.state.set({ kind: 'ready', page }),
        error: (error: unknown) => this.state.set({ kind: 'error', problem: readProblem(error) }),
      });
  }
}

function shareText(part: number, whole: number): string {
  const of = whole > 0 ? part / whole : 0;
  return of > 0 && of < LEAST_SHARE ? `<${percent().format(LEAST_SHARE)}` : percent().format(of);
}

/** The types of the sample, the most frequent first, each with its share if there are several. */
function typesOf({ types, sample }: KnownAttribute): readonly string[] {
  const found = TYPES.map((type) => ({ type, count: types[type] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  return found.map(({ type, count }) =>
    found.length === 1 ? TYPE_TEXT[type] : `${TYPE_TEXT[type]} ${shareText(count, sample)}`,
  );
}

/** The names of the buttons of an attribute. */
function labelsOf(name: string): { pin: string; rename: string; remove: string } {
  return {
    pin: $localize`Pin ${name}:name:`,
    rename: $localize`Rename ${name}:name:`,
    remove: $localize`Remove ${name}:name:`,
  };
}

function secondsOf(time: string | undefined): number | null {
  return time === undefined ? null : Date.parse(time) / 1000;
}
