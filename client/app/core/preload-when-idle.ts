import { ApplicationRef, Injectable, inject } from '@angular/core';
import { PreloadingStrategy, Route } from '@angular/router';
import { Observable, from, switchMap } from 'rxjs';

/** Where a browser does not tell when it is idle. */
const OTHERWISE_MS = 1500;

/** Loads the code of the other pages once the first one is there and nothing else to do: they open at once then, and also without the server. */
@Injectable({ providedIn: 'root' })
export class PreloadWhenIdle implements PreloadingStrategy {
  private readonly app = inject(ApplicationRef);

  preload(_route: Route, load: () => Observable<unknown>): Observable<unknown> {
    // Stable is when no answer is awaited any more.
    return from(this.app.whenStable()).pipe(switchMap(idle), switchMap(load));
  }
}

function idle(): Observable<void> {
  return new Observable((subscriber) => {
    const ready = (): void => {
      subscriber.next();
      subscriber.complete();
    };
    if ('requestIdleCallback' in globalThis) {
      const handle = requestIdleCallback(ready);
      return () => cancelIdleCallback(handle);
    }
    const timer = setTimeout(ready, OTHERWISE_MS);
    return () => clearTimeout(timer);
  });
}
