import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { ReactiveFormsModule } from '@angular/forms';
import { Router, RouterLink } from '@angular/router';

import { sizeText } from '../core/amounts';
import { Announcer } from '../core/announcer';
import { Connection } from '../core/connection';
import { countText } from '../core/count-text';
import { usePageTitle } from '../core/page-title';
import { readProblem } from '../core/problem';
import { SessionStore } from '../core/session';
import { Confirm } from '../ui/confirm';
import { Count } from '../ui/count';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { Moment } from '../ui/moment';
import { Notice } from '../ui/notice';
import { ProgressBar } from '../ui/progress-bar';
import { Skeleton } from '../ui/skeleton';
import { ImportStore } from './data/import-store';
import { ImportColumns } from './import-columns';
import { ImportOutcome } from './import-outcome';
import { Step, stepsOf } from './import-steps';
import { DELIMITER_TEXT, ENCODING_TEXT, STATE_TEXT } from './import-text';
import { MappingForm, mappingForm, mappingOf } from './mapping-form';
import { Delimiter, Encoding, SheetImport, isAtWork } from './wire/import';
import { ImportsClient } from './wire/imports-client';

const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
const DELIMITERS = [',', ';', '\t'] as const;

/** The page of one spreadsheet: how it is read, what its columns mean, what it would change, and what it has changed. */
@Component({
  selector: 'app-import-show',
  imports: [
    Count,
    EmptyState,
    Icon,
    ImportColumns,
    ImportOutcome,
    Moment,
    Notice,
    ProgressBar,
    ReactiveFormsModule,
    RouterLink,
    Skeleton,
  ],
  providers: [ImportStore],
  templateUrl: './import-show.html',
  styleUrl: './import-show.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ImportShow {
  /** From the address. */
  readonly id = input.required<string>();

  private readonly store = inject(ImportStore);
  private readonly client = inject(ImportsClient);
  private readonly confirm = inject(Confirm);
  private readonly router = inject(Router);
  private readonly announcer = inject(Announcer);
  private readonly session = inject(SessionStore);

  protected readonly page = this.store.page;
  protected readonly failure = this.store.failure;
  protected readonly isSending = this.store.isSending;
  protected readonly removal = signal<string | null>(null);
  /** Null until the import was read. A new one comes when the columns or the mapping on the server change. */
  protected readonly form = signal<MappingForm | null>(null);
  protected readonly isEditable = computed(() => {
    const page = this.page();
    return page.kind === 'ready' && ['uploaded', 'checked'].includes(page.import.state) && this.session.may('ingest');
  });
  protected readonly mayConfirm = computed(() => this.session.may('ingest'));
  /** True when the fields differ from the mapping that was tried. */
  protected readonly isChanged = signal(false);
  protected readonly encodings = ENCODINGS;
  protected readonly delimiters = DELIMITERS;
  protected readonly encodingText = ENCODING_TEXT;
  protected readonly delimiterText = DELIMITER_TEXT;
  protected readonly stateText = STATE_TEXT;
  protected readonly sizeText = sizeText;
  protected readonly progressLabel = $localize`Progress of the spreadsheet`;
  private drawn = '';

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      const id = Number(this.id());
      recoveries();
      untracked(() => this.store.load(id));
    });
    effect(() => {
      const page = this.page();
      if (page.kind === 'ready') untracked(() => this.draw(page.import));
    });
    usePageTitle(() => {
      const page = this.page();
      return page.kind === 'ready' ? page.import.name : null;
    });
  }

  protected load(): void {
    this.store.load(Number(this.id()));
  }

  protected setEncoding(id: number, value: string): void {
    const encoding = ENCODINGS.find((one) => one === value);
    if (encoding) this.store.change(id, { encoding });
  }

  protected setDelimiter(id: number, value: string): void {
    const delimiter = DELIMITERS.find((one) => one === value);
    if (delimiter) this.store.change(id, { delimiter });
  }

  protected tryOut(read: SheetImport): void {
    const form = this.form();
    if (form) this.store.tryOut(read.id, { mapping: mappingOf(form, read) });
  }

  protected stop({ id, state }: SheetImport): void {
    if (state === 'checking') this.store.stopDryRun(id);
    else this.client.remove(id).subscribe({ next: () => this.load(), error: (error: unknown) => this.refused(error) });
  }

  protected async run({ id, dry_run: dryRun }: SheetImport): Promise<void> {
    const changed = countText(dryRun ? dryRun.changed + dryRun.created : 0);
    const goes = await this.confirm.ask({
      heading: $localize`Import the spreadsheet?`,
      text: $localize`${changed}:count: rows change a customer or make one. Their history and timeline say that it was this import.`,
      confirm: $localize`Import`,
      cancel: $localize`Cancel`,
    });
    if (goes) this.store.confirm(id);
  }

  /** Goes on with an interrupted import. */
  protected goOn({ id }: SheetImport): void {
    this.store.confirm(id);
  }

  protected async remove({ id, name }: SheetImport): Promise<void> {
    const goes = await this.confirm.ask({
      heading: $localize`Remove the spreadsheet?`,
      text: $localize`${name}:name: is removed from Roster. What it has changed stays.`,
      confirm: $localize`Remove`,
      cancel: $localize`Cancel`,
    });
    if (!goes) return;
    this.client.remove(id).subscribe({
      next: () => void this.router.navigate(['/ingest']),
      error: (error: unknown) => this.refused(error),
    });
  }

  protected stepsOf({ state, dry_run: dryRun }: SheetImport): readonly Step[] {
    return stepsOf(state, dryRun !== null && !this.isChanged());
  }

  protected isAtWork({ state }: SheetImport): boolean {
    return isAtWork(state);
  }

  protected rejectsUrl({ id }: SheetImport): string {
    return this.client.rejectsUrl(id);
  }

  protected secondsOf(time: string): number {
    return Date.parse(time) / 1000;
  }

  protected partOf({ progress: { bytes, of_bytes: all } }: SheetImport): number | null {
    return all > 0 ? bytes / all : null;
  }

  protected asEncoding(encoding: Encoding, delimiter: Delimiter): string {
    return `${ENCODING_TEXT[encoding]}, ${DELIMITER_TEXT[delimiter]}`;
  }

  /** Makes the form anew when the mapping on the server is another one, and says how a dry run or an import has ended. */
  private draw(read: SheetImport): void {
    this.announce(read);
    const drawn = JSON.stringify([read.columns.map(({ name, use }) => [name, use]), read.mapping]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const form = mappingForm(read);
    form.valueChanges.subscribe(() =>
      this.isChanged.set(JSON.stringify(mappingOf(form, read)) !== JSON.stringify(mappingOf(mappingForm(read), read))),
    );
    this.isChanged.set(false);
    this.form.set(form);
  }

  private state: SheetImport['state'] | undefined;
  private announce({ state }: SheetImport): void {
    if (this.state && state !== this.state && !isAtWork(state)) this.announcer.announce(STATE_TEXT[state]);
    this.state = state;
  }

  private refused(error: unknown): void {
    this.removal.set(readProblem(error).message);
  }
}
