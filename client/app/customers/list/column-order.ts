import { signal } from '@angular/core';

/** Lets columns change places: by dragging a heading, and by Alt with an arrow key. */
export class ColumnOrder {
  /** The column that is dragged, and that before whose place it would go; null for none. */
  readonly dragged = signal<string | null>(null);
  readonly over = signal<string | null>(null);

  /**
   * @param keys the columns in order
   * @param move puts a column to another place, from 0 on
   */
  constructor(
    private readonly keys: () => readonly string[],
    private readonly move: (key: string, to: number) => void,
  ) {}

  start(event: DragEvent, key: string): void {
    this.dragged.set(key);
    // Firefox drags nothing that has no data.
    event.dataTransfer?.setData('text/plain', key);
  }

  hover(event: DragEvent, key: string): void {
    if (this.dragged() === null) return;
    event.preventDefault();
    this.over.set(key);
  }

  drop(event: DragEvent, key: string): void {
    const dragged = this.dragged();
    this.end();
    if (dragged === null) return;
    event.preventDefault();
    this.move(dragged, this.keys().indexOf(key));
  }

  end(): void {
    this.dragged.set(null);
    this.over.set(null);
  }

  press(event: KeyboardEvent, key: string): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!event.altKey || by === undefined) return;
    // The browser would go back.
    event.preventDefault();
    event.stopPropagation();
    this.move(key, Math.max(0, this.keys().indexOf(key) + by));
  }
}
