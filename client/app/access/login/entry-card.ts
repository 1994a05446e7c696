import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** The frame of a page for people who are not signed in. */
@Component({
  selector: 'app-entry-card',
  template: `
    <h1>{{ heading() }}</h1>
    <div class="card padded stack"><ng-content /></div>
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-4);
      max-inline-size: 420px;
      margin: clamp(8px, 9vh, 96px) auto 0;
    }
    .card {
      padding: clamp(16px, 4vw, 28px);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EntryCard {
  readonly heading = input.required<string>();
}
