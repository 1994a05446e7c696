import { Pipe, PipeTransform } from '@angular/core';

import { countText } from '../core/count-text';

/** A number with the separators of the reader's locale. */
@Pipe({ name: 'count' })
export class Count implements PipeTransform {
  transform(value: number): string {
    return countText(value);
  }
}
