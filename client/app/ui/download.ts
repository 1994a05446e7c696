import { Directive, ElementRef, inject } from '@angular/core';

import { LoginCheck } from '../core/login-check';

/**
 * A link to a file of the server. The browser would save the refusal when the session has ended, so a signed-in reader is checked first.
 */
@Directive({ selector: 'a[appDownload]', host: { '(click)': 'start($event)' } })
export class Download {
  private readonly link = inject<ElementRef<HTMLAnchorElement>>(ElementRef).nativeElement;
  private readonly login = inject(LoginCheck);
  private isChecked = false;

  protected async start(event: Event): Promise<void> {
    if (this.isChecked || !this.login.isNeeded()) return;
    event.preventDefault();
    if (!(await this.login.holds())) return;
    this.isChecked = true;
    this.link.click();
    this.isChecked = false;
  }
}
