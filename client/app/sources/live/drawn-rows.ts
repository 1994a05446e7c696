import { BreakpointObserver } from '@angular/cdk/layout';
import { ElementRef, Signal, computed, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { map } from 'rxjs';

/** Heights of a row (px): of one line, and of two in a narrow window. */
const ROW_PX = 34;
const NARROW_ROW_PX = 56;
const NARROW = '(width < 800px)';
/** Rows that are drawn above and below those that can be seen. */
const SPARE_ROWS = 10;

/**
 * The rows of a long list that are drawn. Made where `inject` may be called. The virtual scrolling of the CDK would add 2.5 kB to the script
 * of every page.
 */
export class DrawnRows<T> {
  private readonly top = signal(0);
  /** Height of the window (px). The list is not higher. */
  private readonly room = signal(innerHeight);
  private readonly isNarrow = toSignal(
    inject(BreakpointObserver)
      .observe(NARROW)
      .pipe(map(({ matches }) => matches)),
    { initialValue: false },
  );
  /** Height of a row (px). */
  readonly height = computed(() => (this.isNarrow() ? NARROW_ROW_PX : ROW_PX));
  /** Index of the first row that is drawn. */
  readonly first = computed(() => Math.max(0, Math.floor(this.top() / this.height()) - SPARE_ROWS));
  readonly drawn = computed(() => {
    const rows = Math.ceil(this.room() / this.height()) + 2 * SPARE_ROWS;
    return this.all().slice(this.first(), this.first() + rows);
  });
  readonly isScrolled = computed(() => this.top() > 0);

  /** @param list the element that scrolls */
  constructor(
    private readonly list: Signal<ElementRef<HTMLElement> | undefined>,
    private readonly all: Signal<readonly T[]>,
  ) {}

  scrolled(): void {
    this.top.set(this.list()?.nativeElement.scrollTop ?? 0);
  }

  resized(): void {
    this.room.set(innerHeight);
  }

  /** Draws the first rows of another list. */
  reset(): void {
    this.top.set(0);
  }

  scrollToTop(): void {
    this.scrollTo(0);
  }

  /** Scrolls until the row can be seen. */
  reveal(index: number): void {
    const list = this.list()?.nativeElement;
    if (!list) return;
    const [top, bottom] = [index * this.height(), (index + 1) * this.height()];
    if (top < list.scrollTop) this.scrollTo(top);
    else if (bottom > list.scrollTop + list.clientHeight) this.scrollTo(bottom - list.clientHeight);
  }

  /** Number of rows that can be seen, less one; at least 1. */
  rowsOfPage(): number {
    return Math.max(1, Math.floor((this.list()?.nativeElement.clientHeight ?? 0) / this.height()) - 1);
  }

  private scrollTo(top: number): void {
    const list = this.list()?.nativeElement;
    if (list) list.scrollTop = top;
    this.top.set(top);
  }
}
