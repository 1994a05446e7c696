import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';

import { JsonValue } from '../data/customer';
import { textOf, typeOf } from '../data/attribute-rules';

const LONG = 320;

/** One value as a person reads it: text as it is (long text folded), nested values pretty printed behind a summary. */
@Component({
  selector: 'app-attribute-value',
  template: `
    @if (summary(); as line) {
      <details>
        <summary>{{ line }}</summary>
        <pre class="code" dir="ltr">{{ text() }}</pre>
      </details>
    } @else {
      <span class="text" dir="auto" [class.code]="type() !== 'text'">{{ shown() }}</span>
      @if (long()) {
        <button type="button" class="link-button" [attr.aria-expanded]="open()" (click)="open.set(!open())">
          {{ open() ? 'Show less' : 'Show all' }}
        </button>
      }
    }
  `,
  styles: `
    :host {
      display: block;
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
    .text {
      white-space: pre-wrap;
      unicode-bidi: plaintext;
    }
    summary {
      inline-size: fit-content;
      border-radius: 4px;
      color: var(--ink-soft);
      cursor: pointer;
    }
    pre {
      margin: var(--space-2) 0 0;
      padding: var(--space-3);
      border-radius: var(--radius-s);
      background: var(--hover);
      white-space: pre-wrap;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeValue {
  readonly value = input.required<JsonValue>();

  protected readonly open = signal(false);
  protected readonly type = computed(() => typeOf(this.value()));
  protected readonly text = computed(() => textOf(this.value()));
  protected readonly long = computed(() => this.text().length > LONG);
  protected readonly shown = computed(() =>
    this.long() && !this.open() ? `${Array.from(this.text()).slice(0, LONG).join('')}…` : this.text(),
  );
  protected readonly summary = computed(() => {
    const value = this.value();
    if (typeof value !== 'object' || value === null) return null;
    const count = Object.keys(value).length;
    return Array.isArray(value) ? `List of ${count}` : `Object of ${count}`;
  });
}
