import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';

import { Icon } from '../../ui/icon';
import { ValueText } from '../../ui/value-text';
import { readFilter } from '../model/customer-filter';
import { textOfFilter, wordsOfFilter } from '../model/filter-text';

const ICONS = { attribute: 'tag', event: 'event', label: 'bookmark', last_updated: 'clock' } as const;

/** A filter in words. It is changed by a click, and removed. */
@Component({
  selector: 'app-filter-chip',
  imports: [Icon, ValueText],
  host: { class: 'chip', 'data-testid': 'filter-chip', '[class.wrong]': '!filter()', '[class.edited]': 'edited()' },
  template: `
    <button type="button" class="text" [attr.aria-label]="editLabel()" (click)="edit.emit()">
      <app-icon [name]="icon()" />
      <bdi class="subject">{{ text().subject }}</bdi>&ngsp; <span class="operator">{{ text().operator }}</span>&ngsp;
      @if (text().value) {
        <bdi class="subject"><app-value-text [text]="text().value" /></bdi>
      }
    </button>
    <button type="button" class="remove" [attr.aria-label]="removeLabel()" (click)="remove.emit()">
      <app-icon name="close" />
    </button>
  `,
  styleUrl: './filter-chip.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FilterChip {
  /** The filter as the address holds it. The server says what is wrong with one that is not valid. */
  readonly raw = input.required<string>();
  /** True while the editor changes it. */
  readonly edited = input(false);
  readonly edit = output();
  readonly remove = output();

  protected readonly filter = computed(() => readFilter(this.raw()));
  protected readonly icon = computed(() => ICONS[this.filter()?.on ?? 'attribute']);
  protected readonly text = computed(() => {
    const filter = this.filter();
    return filter ? textOfFilter(filter) : { subject: this.raw(), operator: $localize`is no filter`, value: '' };
  });
  private readonly words = computed(() =>
    this.filter() ? wordsOfFilter(this.raw()) : `${this.raw()} ${this.text().operator}`,
  );
  protected readonly editLabel = computed(() => $localize`Change the filter ${this.words()}:filter:`);
  protected readonly removeLabel = computed(() => $localize`Remove the filter ${this.words()}:filter:`);
}
