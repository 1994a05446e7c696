import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { Count } from '../../ui/count';
import { instantOf } from '../../core/instant';
import { Moment } from '../../ui/moment';
import { createdAtSeconds, textOf } from '../model/attribute-rules';
import { Column } from '../model/column';
import { Customer } from '../model/customer';
import { viewOf } from '../model/value-view';
import { writeJson } from '../../core/exact-json';
import { isEdged } from '../../core/white-space';
import { ValueText } from '../../ui/value-text';
import { HitText } from './hit-text';

type Cell =
  /** `raw` is the value as the record has it. */
  | { readonly kind: 'time'; readonly seconds: number; readonly raw: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'text' | 'code' | 'edged'; readonly text: string }
  | { readonly kind: 'none' };

/** A value in one line. */
@Component({
  selector: 'app-customer-cell',
  imports: [Count, HitText, Moment, ValueText],
  template: `
    @let now = cell();
    @if (!speaksForItself()) {
      <span class="label" aria-hidden="true">{{ label() }}</span>
    }
    @switch (now.kind) {
      @case ('time') {
        <app-moment class="soft" [seconds]="now.seconds" [raw]="now.raw" [relative]="true" />
        <span class="exact">{{ exact(now.seconds) }}</span>
      }
      @case ('number') {
        <span class="soft">{{ now.number | count }}</span>
      }
      @case ('text') {
        <app-hit-text class="value" dir="auto" [title]="now.text" [text]="now.text" [search]="search()" />
      }
      @case ('edged') {
        <app-value-text class="value" dir="auto" [text]="now.text" />
      }
      @case ('code') {
        <span class="value code" dir="auto" [title]="now.text">{{ now.text }}</span>
      }
      @case ('none') {
        <span class="soft" aria-hidden="true">–</span>
        <span class="cdk-visually-hidden" i18n="a cell without a value">none</span>
      }
    }
  `,
  styles: `
    :host {
      position: relative;
      display: flex;
      align-items: baseline;
      gap: var(--space-2);
      min-inline-size: 0;
    }
    .value,
    .soft {
      overflow: hidden;
      min-inline-size: 0;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    @media (hover: hover) {
      .value,
      .soft {
        cursor: text;
      }
    }
    .soft {
      color: var(--ink-soft);
      font-variant-numeric: tabular-nums;
    }
    /* In the place of the relative time, while the row has the pointer or the focus. */
    .exact {
      position: absolute;
      inset: 0;
      overflow: hidden;
      color: var(--ink);
      font-variant-numeric: tabular-nums;
      text-overflow: ellipsis;
      opacity: 0;
      pointer-events: none;
    }
    @media (width >= 720px) {
      :host-context(tr:hover) .soft:has(+ .exact),
      :host-context(tr:focus-within) .soft:has(+ .exact) {
        opacity: 0;
      }
    }
    :host-context(tr:hover) .exact,
    :host-context(tr:focus-within) .exact {
      opacity: 1;
    }
    .label {
      display: none;
      flex: none;
      color: var(--ink-soft);
      overflow: hidden;
      max-inline-size: max(52%, 14ch);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    @media (width < 720px) {
      :host {
        gap: 5px;
      }
      .label {
        display: inline;
      }
      .exact {
        display: none;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerCell {
  readonly customer = input.required<Customer>();
  readonly column = input.required<Column>();
  /** Label before the value, where the table has no headings. */
  readonly label = input.required<string>();
  /** The search, whose words are marked. */
  readonly search = input('');

  protected readonly speaksForItself = computed(() => this.column().name === 'email');
  protected exact(seconds: number): string {
    return instantOf(seconds)?.text ?? '';
  }

  protected readonly cell = computed(() => cellOf(this.customer(), this.column()));
}

function cellOf({ id, attributes, events, last_updated }: Customer, { kind, name }: Column): Cell {
  if (kind === 'id') return { kind: 'text', text: String(id) };
  if (kind === 'last_updated') return { kind: 'time', seconds: last_updated, raw: String(last_updated) };
  if (kind === 'event') return { kind: 'number', number: Object.hasOwn(events, name) ? events[name] : 0 };
  if (!Object.hasOwn(attributes, name)) return { kind: 'none' };
  const value = attributes[name];
  const created = name === 'created_at' ? createdAtSeconds(value) : null;
  if (created !== null) return { kind: 'time', seconds: created, raw: textOf(value) };
  const view = viewOf(name, value);
  switch (view.kind) {
    case 'time':
      return { kind: 'time', seconds: view.seconds, raw: view.text };
    case 'json':
      return { kind: 'code', text: writeJson(view.value) };
    case 'text':
      return { kind: isEdged(view.text) ? 'edged' : 'text', text: view.text };
    case 'link':
    case 'number':
    case 'boolean':
      return { kind: 'text', text: view.text };
    default:
      return view satisfies never;
  }
}
