import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';

import { JsonNumber, JsonValue, writeJson } from '../../core/exact-json';

const PREVIEW_CHARACTERS = 60;
const FACT_CHARACTERS = 40;
const MOST_FACTS = 6;

interface Fact {
  readonly key: string;
  readonly text: string;
}

interface Entry {
  readonly key: string;
  readonly value: JsonValue;
  /** True if the member has members itself. */
  readonly nested: boolean;
}

/** A nested value: one line with a preview, and its members once it is opened. A closed value renders no members, however deep it is. */
@Component({
  selector: 'app-json-tree',
  template: `
    @if (entries().length === 0) {
      <span class="code">{{ preview() }}</span>
    } @else {
      <details (toggle)="toggle($event)">
        <summary>
          @if (name() !== null) {
            <span class="key code"
              ><bdi>{{ name() }}</bdi></span
            >
          }
          @if (facts().length === 0 || open()) {
            <span class="count">{{ count() }}</span>
          }
          @if (!open()) {
            @for (fact of facts(); track fact.key) {
              <span class="fact"
                ><bdi class="muted">{{ fact.key }}</bdi
                >&ngsp;<bdi>{{ fact.text }}</bdi></span
              >
            } @empty {
              <span class="code preview" dir="ltr">{{ preview() }}</span>
            }
          }
        </summary>
        @if (open()) {
          <ul>
            @for (entry of entries(); track entry.key) {
              <li>
                @if (entry.nested) {
                  <app-json-tree [name]="entry.key" [value]="entry.value" />
                } @else {
                  <span class="key code"
                    ><bdi>{{ entry.key }}</bdi></span
                  >
                  <span class="leaf code" dir="auto">{{ leaf(entry.value) }}</span>
                }
              </li>
            }
          </ul>
        }
      </details>
    }
  `,
  styleUrl: './json-tree.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class JsonTree {
  readonly value = input.required<JsonValue>();
  /** Name of the value as a member of another one. It is part of the line that opens, so that members are indented by one step only. */
  readonly name = input<string | null>(null);

  /** True for members in words, instead of the count and the JSON of a closed object. */
  readonly asFacts = input(false);

  protected readonly open = signal(false);
  protected readonly entries = computed(() => entriesOf(this.value()));
  protected readonly count = computed(() => {
    const count = this.entries().length;
    if (Array.isArray(this.value())) return count === 1 ? $localize`1 item` : $localize`${count}:count: items`;
    return count === 1 ? $localize`1 member` : $localize`${count}:count: members`;
  });
  protected readonly preview = computed(() => {
    const json = writeJson(this.value());
    return json.length > PREVIEW_CHARACTERS ? `${json.slice(0, PREVIEW_CHARACTERS)}…` : json;
  });

  /** The first members that are not nested; none where the JSON says more. */
  protected readonly facts = computed((): readonly Fact[] => {
    if (!this.asFacts() || Array.isArray(this.value())) return [];
    const plain = this.entries().filter(
      ({ nested, value }) => !nested && (typeof value !== 'object' || value instanceof JsonNumber),
    );
    return plain.slice(0, MOST_FACTS).map(({ key, value }) => ({ key, text: factText(value) }));
  });

  protected toggle(event: Event): void {
    if (event.target instanceof HTMLDetailsElement) this.open.set(event.target.open);
  }

  protected leaf(value: JsonValue): string {
    return writeJson(value);
  }
}

function factText(value: JsonValue): string {
  const text = typeof value === 'string' ? value : writeJson(value);
  return text.length > FACT_CHARACTERS ? `${text.slice(0, FACT_CHARACTERS)}…` : text;
}

function isNested(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !(value instanceof JsonNumber) && Object.keys(value).length > 0;
}

function entriesOf(value: JsonValue): Entry[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries<JsonValue>(value as Readonly<Record<string, JsonValue>>).map(([key, inner]) => ({
    key,
    value: inner,
    nested: isNested(inner),
  }));
}
