import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';
import { Observable, debounceTime, map, of, startWith, switchMap } from 'rxjs';

import { countText } from '../core/count-text';
import { BulkOutcome } from '../customers/list/bulk-outcome';
import { BulkPreviewView, Renamed } from '../customers/list/bulk-preview';
import { BulkRun } from '../customers/list/bulk-run';
import { RULE_TEXT, nameProblem } from '../customers/model/attribute-rules';
import { BulkAction, BulkPreview } from '../customers/wire/bulk-edits-client';
import { FieldError } from '../ui/field-error';

/** An attribute to rename, or to remove, at all customers that have it. */
export interface AttributeTask {
  readonly does: 'rename' | 'remove';
  readonly name: string;
  readonly customers: number;
}

/** A preview, and the names that it is of. */
interface Shown {
  readonly preview: BulkPreview;
  readonly renamed: Renamed | null;
}

/** Time without typing before a preview is asked for (ms). */
const TYPING_MS = 300;

/** Shows what the edit would do, runs it with progress, and shows its end with an undo. Closes with whether customers may have changed. */
@Component({
  selector: 'app-attribute-dialog',
  imports: [
    ReactiveFormsModule,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    BulkOutcome,
    BulkPreviewView,
    FieldError,
  ],
  templateUrl: './attribute-dialog.html',
  styles: `
    form {
      display: grid;
      gap: var(--space-3);
    }
    p {
      margin: 0;
    }
    .preview {
      min-block-size: 150px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeDialog {
  protected readonly task = inject<AttributeTask>(MAT_DIALOG_DATA);
  protected readonly run = new BulkRun({
    count: this.task.customers,
    selection: { filters: [`attribute:${encodeURIComponent(this.task.name)}:exists`] },
  });

  protected readonly to = new FormControl(this.task.name, { nonNullable: true });
  protected readonly error = signal<string | null>(null);
  protected readonly heading =
    this.task.does === 'rename'
      ? $localize`Rename ${this.task.name}:name: everywhere`
      : $localize`Remove ${this.task.name}:name: everywhere?`;
  protected readonly have =
    this.task.customers === 1
      ? $localize`1 customer has it.`
      : $localize`${countText(this.task.customers)}:count: customers have it.`;
  protected readonly verb = this.task.does === 'rename' ? $localize`Rename` : $localize`Remove`;
  /** Null while the new name is missing or wrong, or that is not known. */
  protected readonly preview = toSignal(
    this.to.valueChanges.pipe(
      debounceTime(TYPING_MS),
      startWith(this.to.value),
      map(() => this.action()),
      switchMap((action) => (action ? this.previewOf(action) : of(null))),
    ),
    { initialValue: null },
  );

  protected start(event: Event): void {
    event.preventDefault();
    const action = this.action();
    this.error.set(action ? null : this.problem());
    if (action) this.run.start(action);
  }

  protected result(): string {
    const state = this.run.state();
    if (state.kind !== 'ended') return '';
    const { changed, failed } = state.end;
    const count = countText(changed);
    const done = this.run.isUndo() ? $localize`${count}:count: put back.` : $localize`${count}:count: changed.`;
    return failed === 0 ? done : `${done} ${$localize`${countText(failed)}:count: left as they are:`}`;
  }

  private previewOf(action: BulkAction): Observable<Shown | null> {
    const renamed = 'rename' in action ? action.rename : null;
    return this.run.preview(action).pipe(map((preview) => preview && { preview, renamed }));
  }

  private action(): BulkAction | null {
    const { does, name } = this.task;
    if (does === 'remove') return { remove: name };
    return this.problem() === null ? { rename: { from: name, to: this.to.value.trim() } } : null;
  }

  private problem(): string | null {
    const to = this.to.value.trim();
    if (to === this.task.name) return $localize`Enter another name.`;
    const wrong = nameProblem(to);
    return wrong && RULE_TEXT[wrong];
  }
}
