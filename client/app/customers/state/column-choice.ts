import { Injectable, computed, inject, signal } from '@angular/core';

import { LocalStore } from '../../core/local-store';
import { Column, LEAST_WIDTH, MOST_WIDTH, columnKey, columnOf, isColumnKey } from '../model/column';

const KEY = 'columns';
const DEFAULT: Layout = { keys: ['id', 'attribute:email', 'attribute:created_at', 'last_updated'], widths: {} };
/** Most columns: a wider table can not be read. */
export const MOST_COLUMNS = 16;
/** The key of the width of the first column, which has the names of customers. */
export const NAME_COLUMN = 'name';

/** The columns of a list, in order, and the widths that the reader has set (px). */
interface Layout {
  readonly keys: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
}

/** The columns that the reader chose, stored in this browser: for all customers, and for each segment that has its own. */
@Injectable({ providedIn: 'root' })
export class ColumnChoice {
  private readonly store = inject(LocalStore);
  /** Keyed by the id of a segment, or empty for the list without one. */
  private readonly layouts = signal<ReadonlyMap<string, Layout>>(read(this.store.read(KEY)));
  private readonly place = signal('');
  private readonly layout = computed(() => this.layouts().get(this.place()) ?? this.layouts().get('') ?? DEFAULT);

  readonly columns = computed<readonly Column[]>(() => this.layout().keys.map(columnOf));
  readonly widths = computed(() => this.layout().widths);
  readonly isDefault = computed(() => JSON.stringify(this.layout()) === JSON.stringify(this.fallback()));

  /** @param segment the open segment; null for none */
  show(segment: number | null): void {
    this.place.set(segment === null ? '' : String(segment));
  }

  has(column: Column): boolean {
    return this.layout().keys.includes(columnKey(column));
  }

  /** Adds a column at the end, or removes it. */
  toggle(column: Column): void {
    const key = columnKey(column);
    const { keys } = this.layout();
    this.choose(keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key].slice(0, MOST_COLUMNS));
  }

  /** Moves a column to another place among the columns; a place beyond an end is that end. @returns the new place, from 0 on */
  move(key: string, to: number): number {
    const rest = this.layout().keys.filter((other) => other !== key);
    const at = Math.max(0, Math.min(to, rest.length));
    this.choose([...rest.slice(0, at), key, ...rest.slice(at)]);
    return at;
  }

  /** Sets widths (px). */
  resize(widths: Readonly<Record<string, number>>): void {
    const bounded = Object.entries(widths).map(([key, width]) => [key, boundedWidth(width)] as const);
    const { keys, widths: before } = this.layout();
    this.write({ keys, widths: { ...before, ...Object.fromEntries(bounded) } });
  }

  /** Gives every column the width of its content again. */
  fit(): void {
    this.write({ keys: this.layout().keys, widths: {} });
  }

  reset(): void {
    this.write(this.fallback());
  }

  private fallback(): Layout {
    return this.place() === '' ? DEFAULT : (this.layouts().get('') ?? DEFAULT);
  }

  private choose(keys: readonly string[]): void {
    this.write({ keys, widths: this.layout().widths });
  }

  private write(layout: Layout): void {
    const layouts = new Map(this.layouts());
    if (JSON.stringify(layout) === JSON.stringify(this.fallback())) layouts.delete(this.place());
    else layouts.set(this.place(), layout);
    this.layouts.set(layouts);
    this.store.write(KEY, layouts.size === 0 ? null : JSON.stringify(Object.fromEntries(layouts)));
  }
}

function boundedWidth(width: number): number {
  return Math.round(Math.max(LEAST_WIDTH, Math.min(width, MOST_WIDTH)));
}

/** The stored layouts; none when the text can not be read. A list of keys is from a version whose first column was the id. */
function read(kept: string | null): ReadonlyMap<string, Layout> {
  try {
    const stored: unknown = JSON.parse(kept ?? '{}');
    if (Array.isArray(stored)) return new Map([['', { keys: ['id', ...stored.filter(isColumnKey)], widths: {} }]]);
    if (typeof stored !== 'object' || stored === null) return new Map();
    return new Map(Object.entries(stored).filter((entry): entry is [string, Layout] => isLayout(entry[1])));
  } catch {
    return new Map();
  }
}

function isLayout(value: unknown): value is Layout {
  if (typeof value !== 'object' || value === null || !('keys' in value) || !('widths' in value)) return false;
  const { keys, widths } = value;
  return (
    Array.isArray(keys) &&
    keys.every(isColumnKey) &&
    typeof widths === 'object' &&
    widths !== null &&
    Object.values(widths).every((width) => typeof width === 'number')
  );
}
