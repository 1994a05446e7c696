import { LOCALE } from './locale';
import { once } from './once';

const format = once(() => new Intl.NumberFormat(LOCALE));

/** A number in the middle of a text, with the separators of the reader's locale. */
export function countText(count: number): string {
  return format().format(count);
}
