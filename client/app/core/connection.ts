import { HttpErrorResponse, HttpInterceptorFn, HttpResponse } from '@angular/common/http';
import { DOCUMENT, Injectable, inject, signal } from '@angular/core';
import { tap } from 'rxjs';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

/**
 * Knows whether the server can be reached. The browser's own state is only a hint, because it knows its network and not the
 * server. So a request without an answer counts, and then the server is asked until it answers.
 */
@Injectable({ providedIn: 'root' })
export class Connection {
  private readonly window = inject(DOCUMENT).defaultView;
  private readonly _lost = signal(false);
  private readonly _recoveries = signal(0);
  private wait = FIRST_WAIT_MS;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** True from the first request without an answer until the next answer. */
  readonly lost = this._lost.asReadonly();
  /** Counts how often the server came back. A page that reads it in an effect then loads again what it could not load. */
  readonly recoveries = this._recoveries.asReadonly();

  constructor() {
    this.window?.addEventListener('offline', () => {
      this.wait = FIRST_WAIT_MS;
      void this.check();
    });
    this.window?.addEventListener('online', () => void this.check());
  }

  lose(): void {
    if (this._lost()) return;
    this._lost.set(true);
    this.wait = FIRST_WAIT_MS;
    this.schedule();
  }

  recover(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    // An answer to a request from before the failure says nothing about the present.
    if (this.window?.navigator.onLine === false) this.schedule();
    if (!this._lost()) return;
    this._lost.set(false);
    this._recoveries.update((count) => count + 1);
  }

  /** Asks the server at once. */
  async check(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    const there = await fetch('/health/live', { cache: 'no-store' }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (there) this.recover();
    else if (this._lost()) this.schedule();
    else this.lose();
  }

  private schedule(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.check(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
  }
}

/** HTTP statuses without a server: those of a proxy that reaches none, and 0 for no answer. */
const NOBODY = new Set([0, 502, 503, 504]);

/** Tells `Connection` the outcome of every request. */
export const noticeConnection: HttpInterceptorFn = (request, next) => {
  const connection = inject(Connection);
  return next(request).pipe(
    tap({
      next: (event) => {
        if (event instanceof HttpResponse) connection.recover();
      },
      error: (error: unknown) => {
        if (error instanceof HttpErrorResponse && NOBODY.has(error.status)) connection.lose();
        else connection.recover();
      },
    }),
  );
};
