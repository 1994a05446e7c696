import { ChangeDetectionStrategy, Component } from '@angular/core';

@Component({
  selector: 'app-ingest',
  template: `<h1 i18n>Ingest</h1>`,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Ingest {}
