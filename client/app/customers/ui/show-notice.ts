import { Injector, afterNextRender } from '@angular/core';

/** Brings the notice above a form into sight once it is drawn: who saved may have scrolled far down. */
export function showNotice(container: HTMLElement, injector: Injector): void {
  const show = (): void => {
    const notice = container.querySelector('app-notice');
    const block = notice && notice.getBoundingClientRect().top < 0 ? 'start' : 'nearest';
    notice?.scrollIntoView({ block });
  };
  afterNextRender({ read: show }, { injector });
}
