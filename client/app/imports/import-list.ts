import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';

import { sizeText } from '../core/amounts';
import { Connection } from '../core/connection';
import { Problem, readProblem } from '../core/problem';
import { Count } from '../ui/count';
import { Icon } from '../ui/icon';
import { Moment } from '../ui/moment';
import { Notice } from '../ui/notice';
import { ProgressBar } from '../ui/progress-bar';
import { SheetUpload, SheetUploads } from './data/sheet-uploads';
import { STATE_TEXT } from './import-text';
import { ImportSummary } from './wire/import';
import { ImportsClient } from './wire/imports-client';

const AT_FIRST = 5;

/** The spreadsheets on the page of ingestions: those on their way, then the imports, the newest first. Nothing when there are none. */
@Component({
  selector: 'app-import-list',
  imports: [Count, Icon, Moment, Notice, ProgressBar, RouterLink],
  templateUrl: './import-list.html',
  styleUrl: './import-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ImportList {
  private readonly client = inject(ImportsClient);
  private readonly sheets = inject(SheetUploads);

  protected readonly uploads = this.sheets.uploads;
  protected readonly imports = signal<readonly ImportSummary[]>([]);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly all = signal(false);
  /** True if a first request for the imports has ended: what is below stays in its place then. */
  readonly settled = signal(false);
  protected readonly shown = computed(() => (this.all() ? this.imports() : this.imports().slice(0, AT_FIRST)));
  protected readonly hidden = computed(() => this.imports().length - this.shown().length);
  protected readonly isEmpty = computed(
    () => this.uploads().length === 0 && this.imports().length === 0 && !this.problem(),
  );
  protected readonly stateText = STATE_TEXT;
  protected readonly sizeText = sizeText;
  protected readonly uploadLabel = $localize`Upload of the spreadsheet`;

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      // Loads now, again whenever the server is back, and when an upload has ended.
      recoveries();
      this.uploads();
      untracked(() => this.load());
    });
  }

  protected load(): void {
    this.client.list().subscribe({
      next: (imports) => {
        this.problem.set(null);
        this.imports.set(imports);
        this.settled.set(true);
      },
      error: (error: unknown) => {
        this.problem.set(readProblem(error));
        this.settled.set(true);
      },
    });
  }

  protected retry(upload: SheetUpload): void {
    this.sheets.retry(upload);
  }

  protected cancel(upload: SheetUpload): void {
    this.sheets.cancel(upload);
  }

  protected secondsOf(time: string): number {
    return Date.parse(time) / 1000;
  }
}
