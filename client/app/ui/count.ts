import { Pipe, PipeTransform } from '@angular/core';

import { LOCALE } from '../core/locale';

const format = new Intl.NumberFormat(LOCALE);

/** A number with the separators of the reader's locale. */
@Pipe({ name: 'count' })
export class Count implements PipeTransform {
  transform(value: number): string {
    return format.format(value);
  }
}
