import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';

import { SessionStore } from '../../core/session';
import { Confirm } from '../../ui/confirm';
import { Toast } from '../../ui/toast';
import { TimelineEntry } from '../model/timeline';
import { undoProblemText } from '../model/undo-text';
import { UndoStore } from '../state/undo-store';

/** Undoes an edit of the timeline. The page then shows the new version. Shown to users who may do that. */
@Component({
  selector: 'app-undo-edit',
  template: `
    @if (isAllowed()) {
      <button
        type="button"
        class="link-button"
        data-testid="undo-edit"
        [attr.aria-busy]="isBusy()"
        (click)="undo()"
        i18n
      >
        Undo this edit
      </button>
    }
    @if (problem(); as text) {
      <p role="alert">{{ text }}</p>
    }
  `,
  styles: `
    p {
      margin: 0;
      overflow-wrap: anywhere;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class UndoEdit {
  /** The id of the customer. */
  readonly id = input.required<string>();
  readonly entry = input.required<TimelineEntry>();

  private readonly session = inject(SessionStore);
  private readonly store = inject(UndoStore);
  private readonly confirm = inject(Confirm);
  private readonly toast = inject(Toast);

  protected readonly isBusy = signal(false);
  protected readonly problem = signal<string | null>(null);
  /** The undo of a creation or of a restoration deletes the customer. */
  private readonly deletes = computed(() => ['created', 'restored'].includes(this.entry().action ?? ''));
  protected readonly isAllowed = computed(() => {
    const { kind, action } = this.entry();
    // A customer on the screen was restored since it was deleted.
    if (kind !== 'edit' || action === 'deleted') return false;
    return this.session.may('write') && (!this.deletes() || this.session.may('delete'));
  });

  protected async undo(): Promise<void> {
    const [id, { entry }] = [this.id(), this.entry()];
    if (this.isBusy() || (this.deletes() && !(await this.isCertain()))) return;
    this.problem.set(null);
    this.isBusy.set(true);
    const undone = await this.store.undo(id, entry);
    this.isBusy.set(false);
    if (undone.ok) {
      void this.toast.show(undone.value ? $localize`Changes undone` : $localize`Customer ${id}:customer: deleted`);
      return;
    }
    this.problem.set(undoProblemText(undone.problem));
  }

  private isCertain(): Promise<boolean> {
    return this.confirm.ask({
      heading: $localize`Delete customer ${this.id()}:customer:?`,
      text: $localize`To undo this deletes the customer. It goes to the trash, from where it can be restored for some time.`,
      confirm: $localize`Delete`,
      cancel: $localize`Cancel`,
    });
  }
}
