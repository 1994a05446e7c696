import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';

import { countText } from '../../core/count-text';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { JsonValue } from '../../core/exact-json';
import { viewOf } from '../model/value-view';
import { edgesOf } from '../../core/white-space';
import { ValueText } from '../../ui/value-text';
import { JsonTree } from './json-tree';

const LONG = 320;
/** The ends of the names of numbers that nobody counts with. */
const NO_QUANTITY = /(?:^|[_. -])(?:id|code|number|no|phone|mobile|fax|zip|postcode|year|at)$/i;

/** A value for reading: a time as a date, a link as a link, nested values folded, long text cut. */
@Component({
  selector: 'app-attribute-value',
  imports: [Icon, JsonTree, Moment, ValueText],
  template: `
    @let now = view();
    @switch (now.kind) {
      @case ('json') {
        <app-json-tree [value]="now.value" />
      }
      @case ('time') {
        <app-moment [seconds]="now.seconds" /> <span class="code raw">{{ now.text }}</span>
      }
      @case ('link') {
        <a class="text" dir="auto" target="_blank" rel="noopener noreferrer" [href]="now.href">{{ now.text }}</a>
      }
      @case ('boolean') {
        <span class="flag code" [class.yes]="now.text === 'true'"
          ><app-icon [name]="now.text === 'true' ? 'check' : 'minus'" />{{ now.text }}</span
        >
      }
      @case ('number') {
        <span class="code">{{ now.text }}</span>
        @if (reading(); as text) {
          <span class="raw" aria-hidden="true">{{ text }}</span>
        }
      }
      @case ('text') {
        <app-value-text class="text" dir="auto" [text]="shown()" />
        @if (long()) {
          <button type="button" class="link-button" [attr.aria-expanded]="open()" (click)="open.set(!open())">
            @if (open()) {
              <ng-container i18n>Show less</ng-container>
            } @else {
              <ng-container i18n>Show all</ng-container>
            }
          </button>
        }
      }
    }
  `,
  styles: `
    :host {
      display: block;
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
    /* As wide as its text, so that a short value stays beside its name and text from right to left begins at its own end. */
    .text {
      display: inline-block;
      max-inline-size: 100%;
      white-space: pre-wrap;
      unicode-bidi: plaintext;
    }
    a {
      text-decoration-color: color-mix(in srgb, currentColor 40%, transparent);
      text-underline-offset: 3px;
    }
    .link-button {
      display: block;
    }
    /* Breaks before rather than within. */
    .raw {
      display: inline-block;
      max-inline-size: 100%;
      margin-inline-start: var(--space-2);
      color: var(--ink-soft);
    }
    .flag {
      display: inline-flex;
      align-items: center;
      gap: 5px;
      color: var(--ink-soft);
    }
    .flag.yes {
      color: var(--good);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeValue {
  readonly name = input.required<string>();
  readonly value = input.required<JsonValue>();

  protected readonly open = signal(false);
  protected readonly view = computed(() => viewOf(this.name(), this.value()));
  /** A long number with separators, where it is a quantity. */
  protected readonly reading = computed(() => {
    const view = this.view();
    const isLong = view.kind === 'number' && /^-?\d{5,15}$/.test(view.text) && !NO_QUANTITY.test(this.name());
    return isLong ? countText(Number(view.text)) : null;
  });
  private readonly text = computed(() => {
    const view = this.view();
    return view.kind === 'text' ? view.text : '';
  });
  private readonly edges = computed(() => edgesOf(this.text()));
  protected readonly long = computed(() => this.edges().core.length > LONG);
  protected readonly shown = computed(() => {
    const { before, core } = this.edges();
    return this.long() && !this.open() ? `${before}${Array.from(core).slice(0, LONG).join('')}…` : this.text();
  });
}
