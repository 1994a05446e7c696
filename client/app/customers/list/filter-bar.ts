import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  ViewContainerRef,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  inputBinding,
  output,
  outputBinding,
  signal,
  untracked,
  viewChild,
} from '@angular/core';

import { lazily } from '../../core/lazy-code';
import { Icon, IconName } from '../../ui/icon';
import { CustomerFilter, readFilter, writeFilter } from '../model/customer-filter';
import { FilterText, textOfFilter } from '../model/filter-text';
import { ValueText } from '../../ui/value-text';

interface Chip {
  readonly raw: string;
  /** Null when the address holds no valid filter: the server then says what is wrong with it. */
  readonly filter: CustomerFilter | null;
  readonly text: FilterText;
  readonly icon: IconName;
  readonly edit: string;
  readonly remove: string;
}

const ICONS = { attribute: 'tag', event: 'event', last_updated: 'clock' } as const;

/** The filters of the list, which can be changed and removed, and the editor of one of them. */
@Component({
  selector: 'app-filter-bar',
  imports: [Icon, ValueText],
  template: `
    @if (chips().length > 0) {
      <ul aria-label="Filters" i18n-aria-label>
        @for (chip of chips(); track chip.raw; let index = $index) {
          <li class="chip" data-testid="filter-chip" [class.wrong]="!chip.filter" [class.edited]="editing() === index">
            <button type="button" class="text" [attr.aria-label]="chip.edit" (click)="edit(index)">
              <app-icon [name]="chip.icon" />
              <bdi class="subject">{{ chip.text.subject }}</bdi>&ngsp;
              <span class="operator">{{ chip.text.operator }}</span>&ngsp;
              @if (chip.text.value) {
                <bdi class="subject"><app-value-text [text]="chip.text.value" /></bdi>
              }
            </button>
            <button type="button" class="remove" [attr.aria-label]="chip.remove" (click)="remove(index)">
              <app-icon name="close" />
            </button>
          </li>
        }
      </ul>
    }
    <ng-content />
    <ng-container #place />
  `,
  styleUrl: './filter-bar.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FilterBar {
  /** The filters as text, as the address holds them. */
  readonly filters = input.required<readonly string[]>();
  readonly changed = output<readonly string[]>();
  /** Emits when the editor closes: the focus needs a place. */
  readonly closed = output();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);

  /** Loads the editor on demand, because it brings Angular's forms, which the list does not need. */
  private readonly loadEditor = lazily(() => import('./filter-editor'));

  /** Index of the filter in the editor; the number of filters for a new one. */
  protected readonly editing = signal<number | null>(null);
  protected readonly chips = computed(() => this.filters().map(chipOf));
  protected readonly edited = computed(() => this.chips().at(this.editing() ?? 0)?.filter ?? null);

  private readonly place = viewChild.required('place', { read: ViewContainerRef });

  constructor() {
    effect(() => {
      const index = this.editing();
      untracked(() => void this.showEditor(index));
    });
  }

  add(): void {
    this.editing.set(this.filters().length);
  }

  protected edit(index: number): void {
    this.editing.set(index);
  }

  protected remove(index: number): void {
    this.editing.set(null);
    this.changed.emit(this.filters().filter((_, other) => other !== index));
    afterNextRender({ read: () => this.focusChip(Math.max(0, index - 1)) }, { injector: this.injector });
  }

  protected apply(filter: CustomerFilter): void {
    const filters = [...this.filters()];
    filters[this.editing() ?? filters.length] = writeFilter(filter);
    this.close();
    this.changed.emit([...new Set(filters)]);
  }

  protected close(): void {
    const index = this.editing() ?? 0;
    this.editing.set(null);
    this.focusChip(index);
  }

  private async showEditor(index: number | null): Promise<void> {
    this.place().clear();
    if (index === null) return;
    const code = await this.loadEditor();
    if (this.editing() !== index) return;
    if (!code) {
      this.close();
      return;
    }
    this.place().createComponent(code.FilterEditor, {
      bindings: [
        inputBinding('filter', this.edited),
        outputBinding<CustomerFilter>('applied', (filter) => this.apply(filter)),
        outputBinding('cancelled', () => this.close()),
      ],
    });
  }

  private focusChip(index: number): void {
    const chips = this.host.nativeElement.querySelectorAll<HTMLButtonElement>('.text');
    if (index < chips.length) chips[index].focus();
    else this.closed.emit();
  }
}

function chipOf(raw: string): Chip {
  const filter = readFilter(raw);
  const text = filter ? textOfFilter(filter) : { subject: raw, operator: $localize`is no filter`, value: '' };
  const said = [text.subject, text.operator, text.value].filter((part) => part !== '').join(' ');
  return {
    raw,
    filter,
    text,
    icon: filter ? ICONS[filter.on] : 'alert',
    edit: $localize`Change the filter ${said}:filter:`,
    remove: $localize`Remove the filter ${said}:filter:`,
  };
}
