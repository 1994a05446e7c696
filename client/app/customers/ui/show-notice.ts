import { Injector, afterNextRender } from '@angular/core';

/** Scrolls to the notice above a form once it is rendered: the user may have scrolled far down before saving. */
export function showNotice(container: HTMLElement, injector: Injector): void {
  const show = (): void => {
    const notice = container.querySelector('app-notice');
    const block = notice && notice.getBoundingClientRect().top < 0 ? 'start' : 'nearest';
    notice?.scrollIntoView({ block });
  };
  afterNextRender({ read: show }, { injector });
}
