import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  inject,
  signal,
} from '@angular/core';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';
import { RouterLink } from '@angular/router';

import { Moment } from '../../ui/moment';
import { DraftKeeper, OpenDraft } from '../state/draft-keeper';

/** Opens or discards drafts. */
@Component({
  selector: 'app-drafts-dialog',
  imports: [MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle, Moment, RouterLink],
  template: `
    <h2 mat-dialog-title i18n>Drafts</h2>
    <mat-dialog-content>
      <p class="hint" i18n>Edits that are not saved. They stay in this browser for two weeks.</p>
      <ul aria-label="Drafts" i18n-aria-label>
        @for (draft of drafts(); track draft.id) {
          <li data-testid="draft">
            <a mat-dialog-close data-testid="draft-open" [routerLink]="linkOf(draft)">
              @if (draft.id === null) {
                <ng-container i18n>New customer</ng-container>&ngsp;
              }
              <bdi>{{ draft.name ?? draft.id ?? draft.newId }}</bdi>
            </a>
            <button
              type="button"
              class="button"
              data-testid="draft-discard"
              [attr.aria-label]="discardLabel(draft)"
              (click)="discard(draft)"
            >
              <ng-container i18n>Discard</ng-container>
            </button>
            <span class="hint">
              @if (draft.name !== undefined) {
                <bdi>{{ draft.id }}</bdi> ·&ngsp;
              }
              <span data-testid="draft-changes">{{ changesText(draft.changes) }}</span> ·
              <app-moment [seconds]="draft.at / 1000" [relative]="true" />
            </span>
          </li>
        } @empty {
          <li class="muted" role="status" i18n>No draft is left.</li>
        }
      </ul>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button class="button filled" type="button" mat-dialog-close data-testid="drafts-close" i18n>Close</button>
    </mat-dialog-actions>
  `,
  styles: `
    ul {
      max-block-size: min(340px, 45vh);
      margin: var(--space-2) 0 0;
      padding: 0;
      overflow-y: auto;
      list-style: none;
    }
    li {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      align-items: center;
      gap: 0 var(--space-2);
      padding: var(--space-2) var(--space-1);
      border-block-end: 1px solid var(--line);
    }
    li:last-child {
      border-block-end: 0;
    }
    a {
      justify-self: start;
      font-weight: 550;
      overflow-wrap: anywhere;
    }
    .button {
      grid-row: span 2;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class DraftsDialog {
  private readonly keeper = inject(DraftKeeper);
  private readonly injector = inject(Injector);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);

  protected readonly drafts = signal(inject<readonly OpenDraft[]>(MAT_DIALOG_DATA));

  protected linkOf({ id }: OpenDraft): readonly string[] {
    return id === null ? ['/new-customer'] : ['/customers', id, 'edit'];
  }

  protected changesText(changes: number): string {
    return changes === 1 ? $localize`1 change` : $localize`${changes}:count: changes`;
  }

  protected discardLabel({ id, newId, name }: OpenDraft): string {
    return id === null
      ? $localize`Discard the draft of the new customer ${newId}:id:`
      : $localize`Discard the draft of ${name ?? id}:id:`;
  }

  protected discard({ id }: OpenDraft): void {
    const index = this.drafts().findIndex((draft) => draft.id === id);
    this.keeper.forget(id);
    this.drafts.update((drafts) => drafts.filter((draft) => draft.id !== id));
    afterNextRender({ read: () => this.focusNear(index) }, { injector: this.injector });
  }

  /** Moves the focus from the row that is gone to the next one, or to the button that closes. */
  private focusNear(index: number): void {
    const buttons = this.host.nativeElement.querySelectorAll<HTMLButtonElement>('button');
    buttons[Math.min(index, buttons.length - 1)].focus();
  }
}
