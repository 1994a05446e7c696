import { ChangeDetectionStrategy, Component } from '@angular/core';

@Component({
  selector: 'app-overview',
  template: `<h1 i18n>Overview</h1>`,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Overview {}
