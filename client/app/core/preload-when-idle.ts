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

/** Resolves when the page is drawn and the browser is idle. Call it in an injection context. */
export async function whenDrawn(): Promise<void> {
  // The application is stable when it awaits no answer.
  await inject(ApplicationRef).whenStable();
  await new Promise<void>((idle) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => idle());
    else setTimeout(idle, OTHERWISE_MS);
  });
}

/** As {@link whenDrawn}; never in a browser that is told to save data, which loads code when it is asked for. */
export async function whenIdle(): Promise<void> {
  await whenDrawn();
  if (savesData()) await new Promise<never>(() => undefined);
}

function savesData(): boolean {
  // Safe: Chromium alone has `connection`, so the types of the DOM leave it out.
  return (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData === true;
}
