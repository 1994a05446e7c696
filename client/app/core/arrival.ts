import { DOCUMENT, Injectable, Injector, afterNextRender, inject } from '@angular/core';
import { NavigationEnd, Router } from '@angular/router';
import { filter, map, pairwise, startWith } from 'rxjs';

/**
 * Moves the focus to the heading of the page that a navigation opened, so that a screen reader reads the heading and
 * the next Tab starts there. Does nothing on the first load, when only the query changed (pages of a list), or when
 * the page itself put the focus into a field.
 */
@Injectable({ providedIn: 'root' })
export class Arrival {
  private readonly router = inject(Router);
  private readonly document = inject(DOCUMENT);
  private readonly injector = inject(Injector);

  start(): void {
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        map((event) => event.urlAfterRedirects.split(/[?#]/, 1)[0]),
        startWith(null),
        pairwise(),
        filter(([from, to]) => from !== null && from !== to),
      )
      .subscribe(() => afterNextRender({ read: () => this.focusHeading() }, { injector: this.injector }));
  }

  focusHeading(): void {
    const heading = this.document.querySelector<HTMLElement>('main h1');
    if (!heading || this.document.activeElement instanceof HTMLInputElement) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}
