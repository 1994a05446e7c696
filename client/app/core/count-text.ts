import { LOCALE } from './locale';
import { once } from './once';

const format = once(() => new Intl.NumberFormat(LOCALE));

/** Formats a number inside a text, with the separators of the reader's locale. */
export function countText(count: number): string {
  return format().format(count);
}
