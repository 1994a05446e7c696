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
import { Icon } from '../../ui/icon';
import { Conditions, NO_CONDITIONS, READER_ZONE, readConditions, writeConditions, zoneOf } from '../model/conditions';
import { CustomerFilter, readFilter, writeFilter } from '../model/customer-filter';
import { CustomerSelection } from '../model/customer-query';
import { AND, OR, sentenceOf } from '../model/filter-text';
import { FilterChip } from './filter-chip';

/** The filter in the editor: a new one is behind the last of its row, or in a row behind the last. */
interface Editing {
  readonly row: number;
  readonly at: number;
}

/** The filters of the list in rows, which can be changed and removed, and the editor of one of them. */
@Component({
  selector: 'app-filter-bar',
  imports: [FilterChip, Icon],
  template: `
    @if (conditions(); as all) {
      @if (all.rows.length > 1) {
        <select
          class="control match"
          data-testid="match"
          aria-label="How many of the filters have to hold"
          i18n-aria-label
          (change)="match($event)"
        >
          <option value="all" [selected]="all.match === 'all'" i18n>All of</option>
          <option value="any" [selected]="all.match === 'any'" i18n>Any of</option>
        </select>
      }
      @if (all.rows.length > 0) {
        <ul aria-label="Filters" i18n-aria-label [title]="sentence()">
          @for (row of all.rows; track $index; let index = $index) {
            <li [class.group]="row.length > 1" data-testid="filter-row">
              @for (raw of row; track $index; let at = $index) {
                @if (at > 0) {
                  <span class="word">{{ joiner() }}</span>
                }
                <app-filter-chip
                  [raw]="raw"
                  [edited]="isEdited(index, at)"
                  (edit)="edit(index, at)"
                  (remove)="remove(index, at)"
                />
              }
              <button
                type="button"
                class="more"
                data-testid="filter-more"
                [attr.aria-label]="'+ ' + joiner() + ', ' + moreLabel(row)"
                (click)="edit(index, row.length)"
              >
                + {{ joiner() }}
              </button>
            </li>
          }
        </ul>
      }
    } @else {
      <span class="chip wrong" data-testid="filter-groups">
        <app-icon name="filter" /><ng-container i18n>Groups of filters that are made by the API</ng-container>
        <button type="button" class="quiet" (click)="changed.emit({ filters: filters(), where: '' })" i18n>
          Remove
        </button>
      </span>
    }
    @if (zone(); as name) {
      <span class="hint" data-testid="zone" i18n>Times are those of {{ name }}.</span>
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
  /** The groups of filters as JSON; empty for none. */
  readonly where = input('');
  /** The time zone of the segment; empty for that of the reader. */
  readonly tz = input('');
  readonly changed = output<Pick<CustomerSelection, 'filters' | 'where'>>();
  /** Emits when the editor closes: the focus needs a place. */
  readonly closed = output();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);

  /** Loads the editor on demand, because it brings Angular's forms, which the list does not need. */
  private readonly loadEditor = lazily(() => import('./filter-editor'));

  protected readonly editing = signal<Editing | null>(null);
  private readonly written = computed(() => ({ filters: this.filters(), where: this.where() }));
  /** Null for groups that only the API makes. */
  protected readonly conditions = computed(() => readConditions(this.written()));
  protected readonly sentence = computed(() => sentenceOf(this.written()) ?? '');
  protected readonly joiner = computed(() => (this.conditions()?.match === 'any' ? AND : OR));
  protected readonly zone = computed(() => {
    const { tz = READER_ZONE } = zoneOf({ ...this.written(), ...(this.tz() && { tz: this.tz() }) });
    return tz === READER_ZONE ? null : tz;
  });
  protected readonly edited = computed<CustomerFilter | null>(() => {
    const editing = this.editing();
    const raw = editing && this.conditions()?.rows.at(editing.row)?.at(editing.at);
    return editing && raw !== undefined && raw !== null ? readFilter(raw) : null;
  });

  private readonly place = viewChild.required('place', { read: ViewContainerRef });

  constructor() {
    effect(() => {
      const editing = this.editing();
      untracked(() => void this.showEditor(editing));
    });
  }

  add(): void {
    this.editing.set({ row: this.conditions()?.rows.length ?? 0, at: 0 });
  }

  protected edit(row: number, at: number): void {
    this.editing.set({ row, at });
  }

  protected isEdited(row: number, at: number): boolean {
    const editing = this.editing();
    return editing?.row === row && editing.at === at;
  }

  protected moreLabel(row: readonly string[]): string {
    const words = sentenceOf({ filters: row }) ?? '';
    return this.joiner() === OR
      ? $localize`Add an alternative to ${words}:filter:`
      : $localize`Add a further condition to ${words}:filter:`;
  }

  protected match(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    this.change({ match: event.target.value === 'any' ? 'any' : 'all', rows: this.rows() });
  }

  protected remove(row: number, at: number): void {
    this.editing.set(null);
    const index = this.indexOf({ row, at });
    this.change({
      ...this.all(),
      rows: this.rows().map((one, i) => (i === row ? one.filter((_, other) => other !== at) : one)),
    });
    afterNextRender({ read: () => this.focusChip(Math.max(0, index - 1)) }, { injector: this.injector });
  }

  protected apply(filter: CustomerFilter): void {
    const { row, at } = this.editing() ?? { row: this.rows().length, at: 0 };
    const rows = [...this.rows()];
    const changed = [...(rows.at(row) ?? [])];
    changed[at] = writeFilter(filter);
    rows[row] = [...new Set(changed)];
    this.close();
    this.change({ ...this.all(), rows });
  }

  protected close(): void {
    const index = this.indexOf(this.editing() ?? { row: 0, at: 0 });
    this.editing.set(null);
    this.focusChip(index);
  }

  private all(): Conditions {
    return this.conditions() ?? NO_CONDITIONS;
  }

  private rows(): Conditions['rows'] {
    return this.all().rows;
  }

  private change(conditions: Conditions): void {
    this.changed.emit(writeConditions(conditions));
  }

  private async showEditor(editing: Editing | null): Promise<void> {
    this.place().clear();
    if (editing === null) return;
    const code = await this.loadEditor();
    if (this.editing() !== editing) return;
    if (!code) {
      this.close();
      return;
    }
    this.place().createComponent(code.FilterEditor, {
      bindings: [
        inputBinding('filter', this.edited),
        inputBinding('zone', () => this.tz() || READER_ZONE),
        outputBinding<CustomerFilter>('applied', (filter) => this.apply(filter)),
        outputBinding('cancelled', () => this.close()),
      ],
    });
  }

  private indexOf({ row, at }: Editing): number {
    return this.rows().slice(0, row).flat().length + at;
  }

  private focusChip(index: number): void {
    const chips = this.host.nativeElement.querySelectorAll<HTMLButtonElement>('.text');
    if (index < chips.length) chips[index].focus();
    else this.closed.emit();
  }
}
