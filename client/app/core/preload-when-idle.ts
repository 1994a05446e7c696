import { ApplicationRef, Injectable, inject } from '@angular/core';
import { PreloadingStrategy, Route } from '@angular/router';
import { EMPTY, Observable, from, switchMap } from 'rxjs';

import { Connection } from './connection';

/** Delay in browsers without `requestIdleCallback`. */
const OTHERWISE_MS = 1500;

/** Loads the code of the other pages while the browser is idle: they then open at once, and also without the server. */
@Injectable({ providedIn: 'root' })
export class PreloadWhenIdle implements PreloadingStrategy {
  private readonly connection = inject(Connection);
  private readonly idle = whenIdle();

  preload(_route: Route, load: () => Observable<unknown>): Observable<unknown> {
    return from(this.idle).pipe(switchMap(() => (this.connection.lost() ? EMPTY : load())));
  }
}

/**
 * Resolves when the page is drawn and the browser is idle; never in a browser that is told to save data, which loads code when it is asked
 * for. Call it in an injection context.
 */
export async function whenIdle(): Promise<void> {
  // The application is stable when it awaits no answer.
  await inject(ApplicationRef).whenStable();
  await new Promise<void>((idle) => {
    if (savesData()) return;
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => idle());
    else setTimeout(idle, OTHERWISE_MS);
  });
}

function savesData(): boolean {
  // Safe: Chromium alone has `connection`, so the types of the DOM leave it out.
  return (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData === true;
}
