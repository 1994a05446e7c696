import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { hitsOf, wordsOf } from '../model/hits';

/** Longer texts are not searched for words: what is beyond is not seen in a cell. */
const MOST_SEARCHED = 400;

/** A text in which the words of the search are marked. */
@Component({
  selector: 'app-hit-text',
  template: `
    @for (part of parts(); track $index) {
      @if (part.isHit) {
        <mark>{{ part.text }}</mark>
      } @else {
        <span>{{ part.text }}</span>
      }
    }
  `,
  styles: `
    mark {
      border-radius: 2px;
      background: color-mix(in oklab, var(--caution-line), transparent 35%);
      color: inherit;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class HitText {
  readonly text = input.required<string>();
  readonly search = input.required<string>();

  protected readonly parts = computed(() => {
    const [text, search] = [this.text(), this.search()];
    if (search === '') return [{ text, isHit: false }];
    const parts = hitsOf(text.slice(0, MOST_SEARCHED), wordsOf(search));
    return text.length > MOST_SEARCHED ? [...parts, { text: text.slice(MOST_SEARCHED), isHit: false }] : parts;
  });
}
