import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import { Subscription } from 'rxjs';

import { Problem } from '../../core/problem';
import { Call, CallFilter, EVERYTHING, matches } from '../model/call';
import { OUTCOMES, Outcome } from '../model/source';
import { LiveFeed } from '../wire/live-feed';

/** The most calls that are kept, and that are shown. */
export const KEPT = 1000;
const RATE_MS = 1000;
const CATCH_UP_MS = 1000;

export type FeedState =
  { readonly kind: 'connecting' | 'connected' | 'lost' } | { readonly kind: 'refused'; readonly problem: Problem };

export type Tally = Readonly<Record<Outcome, number>>;

const NOTHING: Tally = { accepted: 0, duplicate: 0, stale: 0, anonymous: 0, ignored: 0, rejected: 0 };

/**
 * The calls of the live view, the newest first. Calls are taken in once a frame, however many arrive. While the view is held, they wait.
 * Provided by the view.
 */
@Injectable()
export class LiveStore {
  private readonly feed = inject(LiveFeed);
  private readonly _state = signal<FeedState>({ kind: 'connecting' });
  private readonly _shown = signal<readonly Call[]>([]);
  private readonly _tally = signal<Tally>(NOTHING);
  private readonly _waiting = signal(0);
  private readonly _skipped = signal(0);
  private readonly _rate = signal(0);
  private readonly _filter = signal<CallFilter>(EVERYTHING);
  private readonly _isHeld = signal(false);

  private connection: Subscription | null = null;
  private all: readonly Call[] = [];
  private incoming: Call[] = [];
  private arrived = 0;
  private counts = { ...NOTHING };
  private second = 0;
  /** The time in ms until which calls come that the server had kept. They may be known, and say nothing about the rate. */
  private catchesUpUntil = 0;
  private frame: number | null = null;

  readonly state = this._state.asReadonly();
  /** The calls that pass the filter: at most the last 1 000. */
  readonly shown = this._shown.asReadonly();
  /** The numbers of all calls since the page was opened, by outcome. */
  readonly tally = this._tally.asReadonly();
  readonly total = computed(() => OUTCOMES.reduce((sum, outcome) => sum + this._tally()[outcome], 0));
  /** The number of calls that arrived while the view is held. The last 1 000 of them are kept. */
  readonly waiting = this._waiting.asReadonly();
  /** The number of calls that the server left out. */
  readonly skipped = this._skipped.asReadonly();
  /** Calls in the last second. */
  readonly rate = this._rate.asReadonly();
  readonly filter = this._filter.asReadonly();
  readonly isHeld = this._isHeld.asReadonly();

  constructor() {
    const timer = setInterval(() => this.tick(), RATE_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      this.close();
    });
  }

  /** Begins anew. @param source only its calls; null for those of all sources */
  open(source: number | null): void {
    this.close();
    this.all = [];
    this.incoming = [];
    this.arrived = 0;
    this.counts = { ...NOTHING };
    this._shown.set([]);
    this._tally.set(NOTHING);
    this._waiting.set(0);
    this._skipped.set(0);
    this._state.set({ kind: 'connecting' });
    this.connection = this.feed.open(source).subscribe((event) => {
      switch (event.kind) {
        case 'call':
          this.take(event.call);
          break;
        case 'skipped':
          this._skipped.update((count) => count + event.count);
          break;
        case 'connected':
          this.catchesUpUntil = Date.now() + CATCH_UP_MS;
          this._state.set(event);
          break;
        case 'lost':
        case 'refused':
          this._state.set(event);
          break;
        default:
          event satisfies never;
      }
    });
  }

  setFilter(filter: CallFilter): void {
    this._filter.set(filter);
    // Those that are shown may be older than all that are kept.
    const known = [...new Set([...this.all, ...this._shown()])];
    this._shown.set(known.filter((call) => matches(call, filter)).slice(0, KEPT));
  }

  /** Lets calls wait, or shows those that waited. */
  hold(isHeld: boolean): void {
    this._isHeld.set(isHeld);
    if (!isHeld) this.schedule();
  }

  private take(call: Call): void {
    const isLate = Date.now() < this.catchesUpUntil;
    if (isLate && this.isKnown(call)) return;
    this.incoming.push(call);
    if (this.incoming.length > KEPT) this.incoming.shift();
    this.arrived++;
    this.counts[call.outcome]++;
    if (!isLate) this.second++;
    this.schedule();
  }

  /** True for a call that the server sends again after the connection was lost. */
  private isKnown(call: Call): boolean {
    const isSame = ({ n, at }: Call): boolean => n === call.n && at === call.at;
    return this.incoming.some(isSame) || this.all.some(isSame);
  }

  private schedule(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.flush();
    });
  }

  private flush(): void {
    this._tally.set({ ...this.counts });
    if (this._isHeld()) {
      this._waiting.set(this.arrived);
      return;
    }
    const newest = this.incoming.reverse();
    this.incoming = [];
    this.arrived = 0;
    this._waiting.set(0);
    if (newest.length === 0) return;
    this.all = [...newest, ...this.all].slice(0, KEPT);
    const matching = newest.filter((call) => matches(call, this._filter()));
    if (matching.length > 0) this._shown.update((shown) => [...matching, ...shown].slice(0, KEPT));
  }

  private tick(): void {
    this._rate.set(this.second);
    this.second = 0;
  }

  private close(): void {
    this.connection?.unsubscribe();
    this.connection = null;
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
  }
}
