import { ApplicationRef, Injectable, inject } from '@angular/core';
import { PreloadingStrategy, Route } from '@angular/router';
import { EMPTY, Observable, from, switchMap } from 'rxjs';

import { Connection } from './connection';

/** Where a browser does not tell when it is idle. */
const OTHERWISE_MS = 1500;

/** Loads the code of the other pages once the first one is there and nothing else to do: they open at once then, and also without the server. */
@Injectable({ providedIn: 'root' })
export class PreloadWhenIdle implements PreloadingStrategy {
  private readonly connection = inject(Connection);
  private readonly idle = whenIdle();

  preload(_route: Route, load: () => Observable<unknown>): Observable<unknown> {
    return from(this.idle).pipe(switchMap(() => (this.connection.lost() ? EMPTY : load())));
  }
}

/** Resolves when the page is there and the browser has nothing else to do. Only where one may `inject`. */
export async function whenIdle(): Promise<void> {
  // Stable is when no answer is awaited any more.
  await inject(ApplicationRef).whenStable();
  await new Promise<void>((idle) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => idle());
    else setTimeout(idle, OTHERWISE_MS);
  });
}
