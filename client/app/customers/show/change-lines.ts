import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { JsonValue } from '../../core/exact-json';
import { ValueText } from '../../ui/value-text';
import { textOf } from '../model/attribute-rules';

/** A change of an attribute; a side without a value is missing. */
export interface ChangeLine {
  readonly name: string;
  readonly from?: JsonValue;
  readonly to?: JsonValue;
}

/** Changes of attributes, a line each. */
@Component({
  selector: 'app-change-lines',
  imports: [ValueText],
  template: `
    <ul>
      @for (line of lines(); track line.name) {
        <li>
          <span class="name"
            ><bdi><app-value-text [text]="line.name" /></bdi
          ></span>
          <span class="values" dir="auto">
            @if (line.from !== null) {
              <del
                ><span class="cdk-visually-hidden" i18n>from </span><bdi><app-value-text [text]="line.from" /></bdi
              ></del>
            }
            @if (line.to !== null) {
              <ins
                ><span class="cdk-visually-hidden" i18n>to </span><bdi><app-value-text [text]="line.to" /></bdi
              ></ins>
            } @else {
              <span class="muted" i18n>removed</span>
            }
          </span>
        </li>
      }
    </ul>
  `,
  styles: `
    ul {
      display: grid;
      gap: 2px;
      margin: 0;
      padding: 0;
      list-style: none;
      font-size: 13px;
    }
    li {
      display: grid;
      grid-template-columns: minmax(72px, 30%) minmax(0, 1fr);
      gap: var(--space-3);
    }
    .name {
      color: var(--ink-soft);
      overflow-wrap: anywhere;
    }
    .values {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--space-2);
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
    del {
      color: var(--ink-soft);
    }
    ins {
      text-decoration: none;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ChangeLines {
  readonly changes = input.required<readonly ChangeLine[]>();

  protected readonly lines = computed(() =>
    this.changes().map(({ name, from, to }) => ({ name, from: text(from), to: text(to) })),
  );
}

function text(value: JsonValue | undefined): string | null {
  return value === undefined ? null : textOf(value);
}
