import { ChangeDetectionStrategy, Component, computed, input, output } from '@angular/core';

import { Notice } from '../../ui/notice';
import { Conflict, parseJson } from '../model/attribute-draft';
import { textOf } from '../model/attribute-rules';
import { ValueText } from '../../ui/value-text';

export type Side = 'mine' | 'theirs';

export interface Choice {
  readonly conflict: Conflict;
  readonly side: Side;
}

/**
 * Somebody else saved first. Each attribute that both changed shows their value beside mine, and one of them is taken; everything
 * else of theirs is in the form already.
 */
@Component({
  selector: 'app-conflict-panel',
  imports: [Notice, ValueText],
  templateUrl: './conflict-panel.html',
  styleUrl: './conflict-panel.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ConflictPanel {
  readonly conflicts = input.required<readonly Conflict[]>();
  /** Of each conflict by name. */
  readonly sides = input.required<ReadonlyMap<string, Side>>();
  /** What they changed and I did not. */
  readonly others = input.required<readonly string[]>();
  readonly chosen = output<Choice>();

  protected readonly views = computed(() =>
    this.conflicts().map((conflict) => ({
      conflict,
      name: conflict.name,
      theirs: shown(conflict.theirs),
      mine: conflict.mine.removed || conflict.mine.type === 'empty' ? null : conflict.mine.value,
      side: this.sides().get(conflict.name) ?? 'mine',
    })),
  );

  protected takeAll(side: Side): void {
    for (const conflict of this.conflicts()) this.chosen.emit({ conflict, side });
  }
}

function shown(json: string | null): string | null {
  return json === null ? null : textOf(parseJson(json));
}
