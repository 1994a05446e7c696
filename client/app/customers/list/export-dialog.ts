import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogState,
  MatDialogTitle,
} from '@angular/material/dialog';
import { Subscription } from 'rxjs';

import { sizeText } from '../../core/amounts';
import { countText } from '../../core/count-text';
import { FileFailure, FileSink, openFile } from '../../core/file-sink';
import { readProblem } from '../../core/problem';
import { Notice } from '../../ui/notice';
import { ProgressBar } from '../../ui/progress-bar';
import { ExportFormat, ExportsClient, fileOfExport } from '../wire/exports-client';
import { WireSelection } from '../wire/selection';
import { keepFocus } from './keep-focus';

export interface ExportTask {
  readonly count: number;
  readonly selection: WireSelection;
  /** The reader knows that the log does not have all events of the selection. */
  readonly isIncomplete?: boolean;
}

type ExportState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'running' | 'done'; readonly customers: number; readonly bytes: number }
  | { readonly kind: 'failed'; readonly message: string };

const FORMATS: readonly { readonly value: ExportFormat; readonly label: string; readonly hint: string }[] = [
  {
    value: 'csv',
    label: $localize`CSV for spreadsheets`,
    hint: $localize`One row a customer. It opens by a double click, and nothing in it can act as a formula.`,
  },
  {
    value: 'exact-csv',
    label: $localize`CSV for programs`,
    hint: $localize`The exact texts, also those that a spreadsheet would take for formulas.`,
  },
  {
    value: 'jsonl',
    label: $localize`JSON lines`,
    hint: $localize`Messages that Roster ingests back to the same customers.`,
  },
];

/** Exports customers to a file and shows the progress. */
@Component({
  selector: 'app-export-dialog',
  imports: [MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle, Notice, ProgressBar],
  template: `
    <h2 mat-dialog-title>{{ heading }}</h2>
    @let now = state();
    <mat-dialog-content>
      @switch (now.kind) {
        @case ('asking') {
          <form id="export-form" (submit)="start($event)">
            <fieldset>
              <legend class="cdk-visually-hidden" i18n>Format</legend>
              @for (option of formats; track option.value) {
                <label class="format" [class.chosen]="format() === option.value">
                  <input
                    type="radio"
                    name="format"
                    [value]="option.value"
                    [checked]="format() === option.value"
                    (change)="format.set(option.value)"
                  />
                  <span
                    ><strong>{{ option.label }}</strong
                    ><span class="hint">{{ option.hint }}</span></span
                  >
                </label>
              }
            </fieldset>
          </form>
        }
        @case ('failed') {
          <app-notice heading="The export failed" i18n-heading>
            <p>{{ now.message }}</p>
            <p i18n>No file was saved.</p>
          </app-notice>
        }
        @default {
          <app-progress-bar [label]="heading" [value]="fraction()" />
          <p class="muted" role="status" data-testid="export-progress">{{ progress() }}</p>
        }
      }
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      @switch (now.kind) {
        @case ('asking') {
          <button class="button" type="button" mat-dialog-close i18n>Cancel</button>
          <button class="button filled" type="submit" form="export-form" data-testid="export-start" i18n>Export</button>
        }
        @case ('running') {
          <button class="button outlined" type="button" (click)="stop()" i18n>Stop</button>
        }
        @default {
          <button class="button filled" type="button" mat-dialog-close data-testid="export-close" i18n>Close</button>
        }
      }
    </mat-dialog-actions>
  `,
  styles: `
    fieldset {
      display: grid;
      margin: 0;
      padding: 0;
      border: 0;
      gap: var(--space-2);
    }
    .format {
      display: flex;
      align-items: start;
      gap: var(--space-3);
      padding: var(--space-3);
      border: 1px solid var(--line);
      border-radius: var(--radius-s);
      color: var(--ink);
      cursor: pointer;
    }
    .chosen {
      border-color: var(--accent);
    }
    input {
      margin-block-start: 3px;
      accent-color: var(--accent);
    }
    .format > span {
      display: grid;
    }
    strong {
      font-weight: 550;
    }
    p {
      margin: var(--space-2) 0 0;
      font-variant-numeric: tabular-nums;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ExportDialog {
  private readonly task = inject<ExportTask>(MAT_DIALOG_DATA);
  private readonly client = inject(ExportsClient);
  private readonly dialog = inject<MatDialogRef<ExportDialog>>(MatDialogRef);
  private request: Subscription | null = null;
  private choosing = false;

  protected readonly formats = FORMATS;
  protected readonly format = signal<ExportFormat>('csv');
  protected readonly state = signal<ExportState>({ kind: 'asking' });
  protected readonly heading =
    this.task.count === 1
      ? $localize`Export 1 customer`
      : $localize`Export ${countText(this.task.count)}:count: customers`;
  protected readonly fraction = computed(() => {
    const state = this.state();
    if (state.kind === 'done') return 1;
    return state.kind === 'running' && this.task.count > 0 ? state.customers / this.task.count : null;
  });
  protected readonly progress = computed(() => {
    const state = this.state();
    if (state.kind !== 'running' && state.kind !== 'done') return '';
    const [count, size] = [countText(state.customers), sizeText(state.bytes)];
    return state.kind === 'done'
      ? $localize`Saved: ${count}:count: of ${countText(this.task.count)}:total:, ${size}:size:`
      : $localize`${count}:count: of ${countText(this.task.count)}:total:, ${size}:size:`;
  });

  constructor() {
    keepFocus(this.state);
    this.dialog.beforeClosed().subscribe(() => this.request?.unsubscribe());
  }

  protected async start(event: Event): Promise<void> {
    event.preventDefault();
    if (this.choosing) return;
    this.choosing = true;
    const format = this.format();
    try {
      const { type, extension } = fileOfExport(format);
      const file = await openFile(`customers.${extension}`, type);
      if (file) this.run(format, file);
    } catch (error) {
      this.fail(error);
    }
    this.choosing = false;
  }

  protected stop(): void {
    this.dialog.close();
  }

  private run(format: ExportFormat, file: FileSink): void {
    if (this.dialog.getState() !== MatDialogState.OPEN) {
      void file.discard();
      return;
    }
    this.state.set({ kind: 'running', customers: 0, bytes: 0 });
    this.request = this.client.run(format, this.task.selection, file, this.task.isIncomplete).subscribe({
      next: ({ done, customers, bytes }) => this.state.set({ kind: done ? 'done' : 'running', customers, bytes }),
      error: (error: unknown) => this.fail(error),
    });
  }

  private fail(error: unknown): void {
    this.state.set({
      kind: 'failed',
      message: error instanceof FileFailure ? error.message : readProblem(error).message,
    });
  }
}
