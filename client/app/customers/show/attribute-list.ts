import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';

import { CopyButton } from '../../ui/copy-button';
import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';
import { byCodePoint } from '../model/attribute-draft';
import { textOf } from '../model/attribute-rules';
import { Attributes } from '../model/customer';
import { ValueText } from '../../ui/value-text';
import { AttributeValue } from './attribute-value';
import { AttributeWhy } from './attribute-why';

/** Least number of attributes with a search over them. */
const SEARCHED_FROM = 12;

/** The attributes by name, each with a button that copies it. From a dozen on names and values can be searched. */
@Component({
  selector: 'app-attribute-list',
  imports: [AttributeValue, AttributeWhy, CopyButton, Count, Icon, ValueText],
  template: `
    <header>
      <h2 i18n>
        Attributes <span class="muted plain">{{ names().length | count }}</span>
      </h2>
      @if (names().length >= filterFrom) {
        <input
          class="control filter"
          type="search"
          data-testid="attribute-filter"
          placeholder="Search attributes"
          i18n-placeholder
          aria-label="Search attributes"
          i18n-aria-label
          (input)="narrow($event)"
        />
        <p class="cdk-visually-hidden" role="status">{{ foundText() }}</p>
      }
    </header>
    <dl data-testid="attributes">
      @for (item of found(); track item.name) {
        <div class="pair" data-testid="attribute" [attr.data-name]="item.name">
          <dt>
            <bdi><app-value-text [text]="item.name" /></bdi>
          </dt>
          <dd>
            <app-attribute-value [name]="item.name" [value]="item.value" />
            <app-copy-button class="copy" [what]="item.name" [text]="item.text" />
            @if (id()) {
              <button
                type="button"
                class="icon-button why"
                data-testid="why"
                [attr.aria-expanded]="asked().has(item.name)"
                [attr.aria-label]="whyLabel(item.name)"
                [title]="whyLabel(item.name)"
                (click)="ask(item.name)"
              >
                <app-icon name="clock" />
              </button>
            }
          </dd>
          @if (asked().has(item.name)) {
            <dd class="answer">
              @defer (on immediate) {
                <app-attribute-why [id]="id()" [name]="item.name" />
              }
            </dd>
          }
        </div>
      }
    </dl>
    @if (names().length === 0) {
      <p class="muted" i18n>No attributes yet.</p>
    } @else if (found().length === 0) {
      <p class="muted" i18n>No attribute matches.</p>
    }
  `,
  styleUrl: './attribute-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeList {
  readonly attributes = input.required<Attributes>();
  /** The id of the customer, whose log says why a value is what it is; empty where it is not to be asked. */
  readonly id = input('');

  protected readonly filterFrom = SEARCHED_FROM;
  protected readonly filter = signal('');
  /** The attributes whose reason is shown. */
  protected readonly asked = signal<ReadonlySet<string>>(new Set());
  protected readonly names = computed(() => Object.keys(this.attributes()).sort(byCodePoint));
  private readonly items = computed(() => {
    const attributes = this.attributes();
    return this.names().map((name) => {
      const value = attributes[name];
      const text = textOf(value);
      return { name, value, text, searched: `${name}\n${text}`.toLowerCase() };
    });
  });
  protected readonly found = computed(() => {
    const sought = this.filter();
    return sought ? this.items().filter((item) => item.searched.includes(sought)) : this.items();
  });
  protected readonly foundText = computed(() => {
    const count = this.found().length;
    if (!this.filter()) return '';
    return count === 1 ? $localize`1 attribute matches` : $localize`${count}:count: attributes match`;
  });

  protected ask(name: string): void {
    const asked = new Set(this.asked());
    if (!asked.delete(name)) asked.add(name);
    this.asked.set(asked);
  }

  protected whyLabel(name: string): string {
    return $localize`What set ${name}:name:`;
  }

  protected narrow(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.filter.set(event.target.value.trim().toLowerCase());
  }
}
