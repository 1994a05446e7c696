import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  computed,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';

import { Connection } from '../core/connection';
import { SessionStore } from '../core/session';
import { SheetUploads, isSheet } from '../imports/data/sheet-uploads';
import { ImportList } from '../imports/import-list';
import { EmptyState } from '../ui/empty-state';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/notice';
import { Skeleton } from '../ui/skeleton';
import { IngestionsStore } from './data/ingestions-store';
import { UploadQueue } from './data/upload-queue';
import { IngestionRow } from './ingestion-row';
import { UploadCard } from './upload-card';

const AT_FIRST = 20;

/** The page for uploads of messages and of spreadsheets, with all ingestions. A file may be dropped anywhere on the page. */
@Component({
  selector: 'app-ingest',
  imports: [EmptyState, Icon, ImportList, IngestionRow, Notice, Skeleton, UploadCard],
  templateUrl: './ingest.html',
  styleUrl: './ingest.scss',
  host: {
    '(document:dragover)': 'over($event)',
    '(document:dragleave)': 'leave($event)',
    '(document:drop)': 'drop($event)',
  },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Ingest {
  private readonly store = inject(IngestionsStore);
  private readonly queue = inject(UploadQueue);
  private readonly sheets = inject(SheetUploads);

  protected readonly session = inject(SessionStore);
  protected readonly uploads = this.queue.uploads;
  protected readonly state = this.store.state;
  protected readonly dragging = signal(false);
  protected readonly all = signal(false);
  protected readonly atFirst = AT_FIRST;
  /** The ingestions without those of present uploads, which are shown as uploads. */
  private readonly listed = computed(() => {
    const state = this.state();
    if (state.kind !== 'ready') return [];
    const above = new Set(
      this.uploads().flatMap(({ state }) => ('ingestion' in state ? (state.ingestion?.id ?? []) : [])),
    );
    return state.ingestions.filter(({ id }) => !above.has(id));
  });
  protected readonly hidden = computed(() => Math.max(0, this.listed().length - AT_FIRST));
  protected readonly shown = computed(() => (this.all() ? this.listed() : this.listed().slice(0, AT_FIRST)));

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      // Loads now, and again whenever the server is back.
      recoveries();
      untracked(() => this.store.load());
    });
    inject(DestroyRef).onDestroy(() => this.store.rest());
  }

  protected reload(): void {
    this.store.load();
  }

  protected choose(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.add(event.target.files);
    // Clears the field, so that the same file can be chosen again.
    event.target.value = '';
  }

  protected over(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files') || !this.session.may('ingest')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    this.dragging.set(true);
  }

  protected leave(event: DragEvent): void {
    if (event.relatedTarget === null) this.dragging.set(false);
  }

  protected drop(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files') || !this.session.may('ingest')) return;
    event.preventDefault();
    this.dragging.set(false);
    this.add(event.dataTransfer.files);
  }

  private add(files: FileList | null): void {
    const chosen = [...(files ?? [])];
    const sheets = chosen.filter(isSheet);
    for (const sheet of sheets) this.sheets.add(sheet, chosen.length === 1);
    const messages = chosen.filter((file) => !isSheet(file));
    if (messages.length > 0) this.queue.add(messages);
  }
}
