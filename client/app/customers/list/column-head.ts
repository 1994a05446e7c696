import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, input, output } from '@angular/core';

import { Icon, IconName } from '../../ui/icon';
import { LEAST_WIDTH, MOST_WIDTH } from '../model/column';
import { CustomerOrder, CustomerSort, SortOrder } from '../model/customer-query';

/** A step of the width by an arrow key (px). */
const STEP_PX = 16;

/** The heading of a column: sorts the list, if it can be sorted by it, and has the handle that sets the width. */
@Component({
  selector: 'app-column-head',
  imports: [Icon],
  template: `
    @if (sort(); as by) {
      <button type="button" class="sort" [attr.data-testid]="'sort-' + by" (click)="turn(by)">
        <span>{{ label() }}</span>
        <app-icon [class.off]="order().sort !== by" [name]="arrow()" />
      </button>
    } @else {
      <bdi class="head" [title]="label()">{{ label() }}</bdi>
    }
    <span
      class="handle"
      role="separator"
      aria-orientation="vertical"
      tabindex="0"
      [attr.data-testid]="'width-' + key()"
      [attr.aria-label]="handleLabel()"
      [attr.aria-valuemin]="least"
      [attr.aria-valuemax]="most"
      [attr.aria-valuenow]="width()"
      [title]="handleTitle"
      (pointerdown)="drag($event)"
      (dblclick)="fitted.emit()"
      (keydown)="press($event)"
    ></span>
  `,
  styleUrl: './column-head.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ColumnHead {
  readonly key = input.required<string>();
  readonly label = input.required<string>();
  readonly sort = input.required<CustomerSort | null>();
  readonly order = input.required<CustomerOrder>();
  /** The width as it is set, or follows from the content (px). */
  readonly width = input.required<number>();
  readonly ordered = output<CustomerOrder>();
  /** Emits a new width (px). */
  readonly resized = output<number>();
  /** Emits to let the width follow from the content. */
  readonly fitted = output();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly least = LEAST_WIDTH;
  protected readonly most = MOST_WIDTH;
  protected readonly handleTitle = $localize`Drag to set the width; double click to fit it to the content`;
  protected readonly handleLabel = computed(() => $localize`Width of ${this.label()}:column:`);
  protected readonly arrow = computed<IconName>(() => {
    const { sort, order } = this.order();
    return sort === this.sort() && order === 'desc' ? 'down' : 'up';
  });

  protected turn(by: CustomerSort): void {
    const { sort, order } = this.order();
    const fresh: SortOrder = by === 'id' || by === 'email' ? 'asc' : 'desc';
    this.ordered.emit({ sort: by, order: by === sort ? (order === 'asc' ? 'desc' : 'asc') : fresh });
  }

  protected drag(event: PointerEvent): void {
    if (event.button !== 0 || !(event.currentTarget instanceof HTMLElement)) return;
    // No text is selected, and the column is not dragged to another place.
    event.preventDefault();
    const handle = event.currentTarget;
    const forward = getComputedStyle(handle).direction === 'rtl' ? -1 : 1;
    const [from, width] = [event.clientX, this.rendered()];
    const move = ({ clientX }: PointerEvent): void => this.resized.emit(width + (clientX - from) * forward);
    const end = (): void => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', end);
      handle.removeEventListener('pointercancel', end);
    };
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', end);
    handle.addEventListener('pointercancel', end);
  }

  protected press(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter') this.fitted.emit();
    else if (event.key === 'ArrowLeft') this.resized.emit(this.rendered() - STEP_PX);
    else if (event.key === 'ArrowRight') this.resized.emit(this.rendered() + STEP_PX);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The width on the screen, which is more than the set one in a table with room to spare. */
  private rendered(): number {
    const width = this.host.nativeElement.closest('th')?.getBoundingClientRect().width ?? 0;
    return width > 0 ? width : this.width();
  }
}
