import { countText } from '../../core/count-text';
import { textOf } from '../model/attribute-rules';
import { Column, columnKey, columnText } from '../model/column';
import { Customer } from '../model/customer';
import { Person } from '../model/person';
import { NAME_COLUMN } from '../state/column-choice';

/** Width of a character on average, and of what a cell has beside its text (px). */
const CHARACTER_PX = 7.6;
const PADDING_PX = 26;
const AVATAR_PX = 42;
/** Room for "11 months ago", and in a cell for an exact time below (px). */
const TIME_PX = 158;
const MOST_PX = 300;
const LEAST_PX = 84;

/** The widths of the columns (px) by the texts of a page, or as the reader has set them. Nothing is measured, so nothing moves. */
export function widthsOf(
  columns: readonly Column[],
  customers: readonly Customer[],
  people: readonly Person[],
  set: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const widths = new Map([[NAME_COLUMN, set[NAME_COLUMN] ?? nameWidth(people)]]);
  for (const column of columns) {
    const key = columnKey(column);
    widths.set(key, Object.hasOwn(set, key) ? set[key] : contentWidth(column, customers));
  }
  return widths;
}

function nameWidth(people: readonly Person[]): number {
  return bounded(Math.max(...people.map(({ name }) => name.length), 10)) + AVATAR_PX;
}

function contentWidth(column: Column, customers: readonly Customer[]): number {
  if (isTime(column)) return TIME_PX;
  // The arrow of the order is as wide as three characters.
  const lengths = customers.map((customer) => cellLength(customer, column));
  return bounded(Math.max(columnText(column).length + 3, ...lengths));
}

function isTime({ kind, name }: Column): boolean {
  return kind === 'last_updated' || (kind === 'attribute' && name === 'created_at');
}

function cellLength({ id, attributes, events }: Customer, { kind, name }: Column): number {
  switch (kind) {
    case 'id':
      return String(id).length;
    case 'event':
      return countText(Object.hasOwn(events, name) ? events[name] : 0).length;
    case 'attribute':
      return Object.hasOwn(attributes, name) ? textOf(attributes[name]).length : 1;
    case 'last_updated':
      return 0;
    default:
      return kind satisfies never;
  }
}

function bounded(characters: number): number {
  return Math.round(Math.min(Math.max(characters * CHARACTER_PX + PADDING_PX, LEAST_PX), MOST_PX));
}
