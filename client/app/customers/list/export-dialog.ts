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
import { ValueText } from '../../ui/value-text';
import { Column, columnKey, columnOf, columnText } from '../model/column';
import { exportFileName } from '../model/export-file';
import { ColumnChoice } from '../state/column-choice';
import { ExportChoice, ExportColumns as Columns, ExportSettings } from '../state/export-choice';
import { CsvDelimiter, CsvEncoding, ExportFormat, ExportsClient, fileOfExport } from '../wire/exports-client';
import { WireSelection } from '../wire/selection';
import { ExportColumns } from './export-columns';
import { keepFocus } from './keep-focus';

export interface ExportTask {
  readonly count: number;
  readonly selection: WireSelection;
  /** The reader knows that the log does not have all events of the selection. */
  readonly isIncomplete?: boolean;
  /** The name of the open segment. */
  readonly segment?: string;
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

const COLUMN_OPTIONS: readonly { readonly value: Columns; readonly label: string }[] = [
  { value: 'list', label: $localize`Those of the list` },
  { value: 'all', label: $localize`All attributes and events` },
  { value: 'chosen', label: $localize`Chosen ones` },
];
const DELIMITERS: readonly { readonly value: CsvDelimiter; readonly label: string }[] = [
  { value: ',', label: $localize`Comma` },
  { value: ';', label: $localize`Semicolon` },
  { value: 'tab', label: $localize`Tab` },
];

const ENCODINGS: readonly { readonly value: CsvEncoding; readonly label: string }[] = [
  { value: 'utf-8', label: $localize`UTF-8 (all characters)` },
  { value: 'utf-16le', label: $localize`UTF-16 (all characters, older programs)` },
  { value: 'windows-1252', label: $localize`Windows-1252 (Western Europe alone)` },
];

/** Exports customers to a file and shows the progress. */
@Component({
  selector: 'app-export-dialog',
  imports: [
    ExportColumns,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    Notice,
    ProgressBar,
    ValueText,
  ],
  templateUrl: './export-dialog.html',
  styleUrl: './export-dialog.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ExportDialog {
  private readonly task = inject<ExportTask>(MAT_DIALOG_DATA);
  private readonly client = inject(ExportsClient);
  private readonly dialog = inject<MatDialogRef<ExportDialog>>(MatDialogRef);
  private readonly choice = inject(ExportChoice);
  private readonly listColumns = inject(ColumnChoice).columns();
  private readonly last = this.choice.read();
  private request: Subscription | null = null;
  private choosing = false;

  protected readonly formats = FORMATS;
  protected readonly columnOptions = COLUMN_OPTIONS;
  protected readonly delimiters = DELIMITERS;
  protected readonly encodings = ENCODINGS;
  protected readonly listText = this.listColumns.map(columnText).join(', ');
  protected readonly format = signal<ExportFormat>(this.last.format);
  protected readonly columns = signal<Columns>(this.last.columns);
  protected readonly chosen = signal<readonly string[]>(
    this.last.chosen.length > 0 ? this.last.chosen : this.listColumns.map(columnKey),
  );
  protected readonly delimiter = signal<CsvDelimiter>(this.last.delimiter);
  protected readonly encoding = signal<CsvEncoding>(this.last.encoding);
  protected readonly titles = signal(this.last.titles);
  protected readonly fileName = computed(() =>
    exportFileName(this.task.segment ?? null, new Date(), fileOfExport(this.format()).extension),
  );
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
    const settings: ExportSettings = {
      format: this.format(),
      delimiter: this.delimiter(),
      encoding: this.encoding(),
      columns: this.columns(),
      chosen: this.chosen(),
      titles: Object.fromEntries(Object.entries(this.titles()).filter(([, title]) => title?.trim())),
    };
    this.choice.write(settings);
    try {
      const file = await openFile(this.fileName(), fileOfExport(settings.format).type);
      if (file) this.run(settings, file);
    } catch (error) {
      this.fail(error);
    }
    this.choosing = false;
  }

  protected setDelimiter(value: string): void {
    const option = DELIMITERS.find((one) => one.value === value);
    if (option) this.delimiter.set(option.value);
  }

  protected setEncoding(value: string): void {
    const option = ENCODINGS.find((one) => one.value === value);
    if (option) this.encoding.set(option.value);
  }

  protected stop(): void {
    this.dialog.close();
  }

  private run({ format, delimiter, encoding, columns, chosen, titles }: ExportSettings, file: FileSink): void {
    if (this.dialog.getState() !== MatDialogState.OPEN) {
      void file.discard();
      return;
    }
    this.state.set({ kind: 'running', customers: 0, bytes: 0 });
    const form = {
      delimiter,
      encoding,
      titles: columns === 'chosen' ? titles : {},
      columns: columns === 'all' ? null : this.columnsOf(columns, chosen),
    };
    this.request = this.client.run(format, this.task.selection, file, form, this.task.isIncomplete).subscribe({
      next: ({ done, customers, bytes }) => this.state.set({ kind: done ? 'done' : 'running', customers, bytes }),
      error: (error: unknown) => this.fail(error),
    });
  }

  /** The columns of the list have the id first, if it is not among them: without it a row names nobody. */
  private columnsOf(columns: 'list' | 'chosen', chosen: readonly string[]): Column[] {
    if (columns === 'chosen') return chosen.map(columnOf);
    const listed = this.listColumns;
    return listed.some(({ kind }) => kind === 'id') ? [...listed] : [columnOf('id'), ...listed];
  }

  private fail(error: unknown): void {
    this.state.set({
      kind: 'failed',
      message: error instanceof FileFailure ? error.message : readProblem(error).message,
    });
  }
}
