import { Injectable, inject, signal } from '@angular/core';
import { Observable, Subscription, of, switchMap } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { Activity, OverviewClient, Range } from '../wire/overview-client';

export type ActivityState =
  | { readonly kind: 'loading'; readonly range: Range }
  | { readonly kind: 'error'; readonly range: Range; readonly problem: Problem }
  /** `isOld` while another range is loaded. */
  | { readonly kind: 'ready'; readonly range: Range; readonly activity: Activity; readonly isOld: boolean };

const USUAL: Range = '30';
/** Spans at the end of the usual range. */
const WEEK = 7;

/** Holds the counts over time. Outlives the page, which shows the known numbers at once and loads them again. */
@Injectable({ providedIn: 'root' })
export class ActivityStore {
  private readonly client = inject(OverviewClient);
  private readonly _state = signal<ActivityState>({ kind: 'loading', range: USUAL });
  private request: Subscription | null = null;

  readonly state = this._state.asReadonly();

  /** @param asked null for the last 30 days, or for all if nothing happened before the last of these */
  load(asked: Range | null): void {
    const known = this._state();
    const range = asked ?? (known.kind === 'ready' ? known.range : USUAL);
    this.request?.unsubscribe();
    this._state.set(known.kind === 'ready' ? { ...known, range, isOld: true } : { kind: 'loading', range });
    this.request = this.read(asked).subscribe({
      next: (activity) => this._state.set({ kind: 'ready', range: activity.meta.range, activity, isOld: false }),
      error: (error: unknown) => this._state.set({ kind: 'error', range, problem: readProblem(error) }),
    });
  }

  private read(asked: Range | null): Observable<Activity> {
    if (asked) return this.client.activity(asked);
    return this.client
      .activity(USUAL)
      .pipe(switchMap((activity) => (isShort(activity) ? this.client.activity('all') : of(activity))));
  }
}

/** True where nothing happened before the last week: all days, at least seven, then show more. */
function isShort({ activity }: Activity): boolean {
  return activity.slice(0, -WEEK).every(({ new_customers, events, edits, rejects }) => new_customers + events + edits + rejects === 0);
}
