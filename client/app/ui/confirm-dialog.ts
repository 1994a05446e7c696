import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';

export interface Question {
  readonly heading: string;
  readonly text: string;
  /** Label of the button that goes ahead. */
  readonly confirm: string;
  /** Label of the button that changes nothing. It has the focus at first. */
  readonly cancel: string;
  /** Label of a third button, which goes another way. */
  readonly other?: string;
}

export type Answer = 'confirm' | 'cancel' | 'other';

@Component({
  selector: 'app-confirm-dialog',
  imports: [MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  template: `
    <h2 mat-dialog-title>{{ question.heading }}</h2>
    <mat-dialog-content>
      <p dir="auto">{{ question.text }}</p>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button class="button" type="button" [mat-dialog-close]="'cancel'" cdkFocusInitial>{{ question.cancel }}</button>
      @if (question.other; as other) {
        <button class="button" type="button" [mat-dialog-close]="'other'">{{ other }}</button>
      }
      <button class="button filled danger" type="button" [mat-dialog-close]="'confirm'">
        {{ question.confirm }}
      </button>
    </mat-dialog-actions>
  `,
  styles: `
    p {
      margin: 0;
      overflow-wrap: anywhere;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ConfirmDialog {
  protected readonly question = inject<Question>(MAT_DIALOG_DATA);
}
