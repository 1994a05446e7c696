import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  computed,
  inject,
  input,
  output,
} from '@angular/core';

import { Notice } from '../../ui/notice';
import { parseJson } from '../../core/exact-json';
import { Conflict } from '../model/attribute-draft';
import { textOf } from '../model/attribute-rules';
import { Side } from '../state/edit-session';
import { showNotice } from '../ui/show-notice';
import { ValueText } from '../../ui/value-text';
import { LastChange } from './last-change';

/** Attributes that only the other user changed of which the last change is shown, so that few requests are sent. */
const MOST_ASKED = 3;

export interface Choice {
  readonly conflict: Conflict;
  readonly side: Side;
}

/**
 * Shows that another user saved first. For each attribute that both changed the user takes one of the two values. All other
 * changes of the other user are in the form already.
 */
@Component({
  selector: 'app-conflict-panel',
  imports: [LastChange, Notice, ValueText],
  templateUrl: './conflict-panel.html',
  styleUrl: './conflict-panel.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ConflictPanel {
  /** The id of the customer, whose log tells when and by whom the values were changed; empty where it is not to be asked. */
  readonly id = input('');
  readonly conflicts = input.required<readonly Conflict[]>();
  /** The side taken in each conflict, by the name of the attribute. */
  readonly sides = input.required<ReadonlyMap<string, Side>>();
  /** Attributes that only the other user changed. */
  readonly others = input.required<readonly string[]>();
  readonly chosen = output<Choice>();

  protected readonly asked = MOST_ASKED;
  protected readonly views = computed(() =>
    this.conflicts().map((conflict) => ({
      conflict,
      name: conflict.name,
      theirs: shown(conflict.theirs),
      mine: conflict.mine.removed || conflict.mine.type === 'empty' ? null : conflict.mine.value,
      side: this.sides().get(conflict.name) ?? 'mine',
    })),
  );

  constructor() {
    // Its code may come after the save that showed it.
    showNotice(inject<ElementRef<HTMLElement>>(ElementRef).nativeElement, inject(Injector));
  }

  protected takeAll(side: Side): void {
    for (const conflict of this.conflicts()) this.chosen.emit({ conflict, side });
  }
}

function shown(json: string | null): string | null {
  return json === null ? null : textOf(parseJson(json));
}
