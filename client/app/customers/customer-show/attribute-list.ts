import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';

import { Attributes } from '../data/customer';
import { byCodePoint } from '../data/attribute-draft';
import { AttributeValue } from './attribute-value';

const FILTER_FROM = 12;

/** The attributes by name; from a dozen on with a filter over names and values. */
@Component({
  selector: 'app-attribute-list',
  imports: [AttributeValue],
  template: `
    @if (names().length >= filterFrom) {
      <input
        class="control filter"
        type="search"
        data-testid="attribute-filter"
        placeholder="Filter attributes"
        aria-label="Filter attributes"
        (input)="narrow($event)"
      />
      <p class="cdk-visually-hidden" role="status">{{ filter() ? found().length + ' attributes match' : '' }}</p>
    }
    <dl data-testid="attributes">
      @for (name of found(); track name) {
        <div class="pair" data-testid="attribute" [attr.data-name]="name">
          <dt>
            <bdi>{{ name }}</bdi>
          </dt>
          <dd><app-attribute-value [value]="attributes()[name]" /></dd>
        </div>
      }
    </dl>
    @if (names().length === 0) {
      <p class="muted">No attributes yet.</p>
    } @else if (found().length === 0) {
      <p class="muted">No attribute matches.</p>
    }
  `,
  styles: `
    .filter {
      margin-block-end: var(--space-2);
    }
    dl {
      margin: 0;
    }
    .pair {
      display: grid;
      grid-template-columns: minmax(96px, 34%) minmax(0, 1fr);
      gap: var(--space-4);
      padding-block: 7px;
    }
    .pair + .pair {
      border-block-start: 1px solid var(--line);
    }
    dt {
      color: var(--ink-soft);
      overflow-wrap: anywhere;
    }
    dd {
      margin: 0;
      min-inline-size: 0;
    }
    @media (width < 480px) {
      .pair {
        grid-template-columns: minmax(0, 1fr);
        gap: 2px;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeList {
  readonly attributes = input.required<Attributes>();

  protected readonly filterFrom = FILTER_FROM;
  protected readonly filter = signal('');
  protected readonly names = computed(() => Object.keys(this.attributes()).sort(byCodePoint));
  protected readonly found = computed(() => {
    const sought = this.filter();
    if (!sought) return this.names();
    const attributes = this.attributes();
    return this.names().filter((name) => `${name}\n${JSON.stringify(attributes[name])}`.toLowerCase().includes(sought));
  });

  protected narrow(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.filter.set(event.target.value.trim().toLowerCase());
  }
}
