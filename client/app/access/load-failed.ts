import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';

import { Problem } from '../core/problem';
import { Notice } from '../ui/notice';

@Component({
  selector: 'app-load-failed',
  imports: [Notice],
  template: `
    <app-notice heading="This could not be loaded" i18n-heading>
      <p>{{ problem().message }}</p>
      <p><button class="button outlined" type="button" (click)="retried.emit()" i18n>Try again</button></p>
    </app-notice>
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LoadFailed {
  readonly problem = input.required<Problem>();
  readonly retried = output();
}
