import { Injectable, inject } from '@angular/core';
import { Observable, Subscription, switchMap, timer } from 'rxjs';

import { watchCalls } from '../../api/fn/sources/watch-calls';
import { Problem, readProblem } from '../../core/problem';
import { Call } from '../model/call';
import { SourcesClient } from './sources-client';

export type FeedEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'call'; readonly call: Call }
  /** The server left out calls, because they came faster than they were read. */
  | { readonly kind: 'skipped'; readonly count: number }
  /** The connection is lost, and is made again. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly problem: Problem };

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

/** Reads calls while they arrive. */
@Injectable({ providedIn: 'root' })
export class LiveFeed {
  private readonly sources = inject(SourcesClient);

  /**
   * Connects again by itself, and gives the calls that it missed as far as the server has them: some may come twice. Ends after a refusal.
   * @param source only its calls; null for those of all sources
   */
  open(source: number | null): Observable<FeedEvent> {
    const url = source === null ? watchCalls.PATH : `${watchCalls.PATH}?source=${source}`;
    return new Observable((subscriber) => {
      let events: EventSource | null = null;
      let retry: Subscription | null = null;
      let wait = FIRST_WAIT_MS;
      const connect = (): void => {
        const opened = new EventSource(url);
        events = opened;
        opened.addEventListener('open', () => {
          wait = FIRST_WAIT_MS;
          subscriber.next({ kind: 'connected' });
        });
        opened.addEventListener(
          'call',
          ({ data }: MessageEvent<string>) => subscriber.next({ kind: 'call', call: JSON.parse(data) as Call }), // Safe by the description of the API.
        );
        opened.addEventListener(
          'skipped',
          ({ data }: MessageEvent<string>) =>
            subscriber.next({ kind: 'skipped', count: (JSON.parse(data) as { count: number }).count }), // Safe likewise.
        );
        opened.addEventListener('error', () => {
          subscriber.next({ kind: 'lost' });
          // Otherwise the browser connects again.
          if (opened.readyState === EventSource.CLOSED) again();
        });
      };
      // The browser does not say why it was refused. A request does, and asks for a login if there is none.
      const again = (): void => {
        retry = timer(wait)
          .pipe(switchMap(() => this.sources.list()))
          .subscribe({
            next: connect,
            error: (error: unknown) => {
              const problem = readProblem(error);
              if (problem.status === 401 || problem.status === 403) {
                subscriber.next({ kind: 'refused', problem });
                subscriber.complete();
              } else again();
            },
          });
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      };
      connect();
      return () => {
        retry?.unsubscribe();
        events?.close();
      };
    });
  }
}
