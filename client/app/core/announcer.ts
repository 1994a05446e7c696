import { DOCUMENT, Injectable, inject } from '@angular/core';

/** Long enough for a screen reader to notice that what it said before is gone. */
const PAUSE_MS = 100;

/** Says to who cannot see it what has changed. The region is there from the start: one that comes with its text may stay unheard. */
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
  // Dialogs hide from screen readers what is beside them, but for what has this attribute.
  region.setAttribute('aria-live', 'polite');
  region.setAttribute('aria-atomic', 'true');
  region.setAttribute('data-testid', 'announcer');
  document.body.append(region);
  return region;
}
