import { DOCUMENT, Injectable, inject } from '@angular/core';

/** Time between clearing and filling the region (ms): long enough for a screen reader to notice both. */
const PAUSE_MS = 100;

/** Announces changes to screen readers. The region exists from the start, because a region that is added together with its text may not be read. */
@Injectable({ providedIn: 'root' })
export class Announcer {
  private readonly region = createRegion(inject(DOCUMENT));
  private timer: ReturnType<typeof setTimeout> | undefined;

  announce(text: string): void {
    clearTimeout(this.timer);
    this.region.textContent = '';
    this.timer = setTimeout(() => (this.region.textContent = text), PAUSE_MS);
  }
}

function createRegion(document: Document): HTMLElement {
  const region = document.createElement('div');
  region.className = 'cdk-visually-hidden';
  // A dialog hides everything beside it from screen readers, except elements with this attribute.
  region.setAttribute('aria-live', 'polite');
  region.setAttribute('aria-atomic', 'true');
  region.setAttribute('data-testid', 'announcer');
  document.body.append(region);
  return region;
}
