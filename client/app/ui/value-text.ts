import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { edgesOf, splitHidden, whiteSpaceText } from '../core/white-space';

/**
 * A text that marks white space at its ends, and hidden characters, with a description in words. The style sheet draws the
 * description, so that selecting and copying gives the text alone.
 */
@Component({
  selector: 'app-value-text',
  template: `
    @for (part of parts(); track $index) {
      @if (part.words) {
        <span class="mark" role="img" [attr.aria-label]="part.words" [title]="part.words" [attr.data-words]="part.words"
          ><span class="white">{{ part.text }}</span></span
        >
      } @else {
        <span>{{ part.text }}</span>
      }
    }
  `,
  styles: `
    .mark {
      display: inline-block;
      padding-inline: 5px;
      border-radius: 4px;
      background: var(--hover);
      color: var(--ink-soft);
      font-family: var(--sans);
      font-size: 11.5px;
      line-height: 1.45;
      white-space: nowrap;
      direction: ltr;
      unicode-bidi: isolate;
    }
    .mark::before {
      content: attr(data-words);
    }
    .mark + span,
    span + .mark {
      margin-inline-start: 3px;
    }
    /* An inline-block does not take the strike-through of a deleted value. */
    :host-context(del) .mark {
      text-decoration: line-through;
    }
    /* White space without any size would not be copied. */
    .white {
      display: inline-block;
      overflow: hidden;
      inline-size: 1px;
      block-size: 1px;
      white-space: pre;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ValueText {
  readonly text = input.required<string>();

  protected readonly parts = computed(() => {
    const { before, core, after } = edgesOf(this.text());
    return [
      { text: before, words: before && whiteSpaceText(before) },
      ...splitHidden(core).map((text, at) => ({ text, words: at % 2 === 1 ? whiteSpaceText(text) : '' })),
      { text: after, words: after && whiteSpaceText(after) },
    ].filter(({ text }) => text !== '');
  });
}
