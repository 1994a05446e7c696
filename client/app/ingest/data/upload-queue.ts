import { Injectable, computed, inject, signal } from '@angular/core';
import { Subscription, exhaustMap, map, switchMap, takeWhile, timer } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { Ingestion } from '../wire/ingestion';
import { IngestionsClient, uploadName } from '../wire/ingestions-client';
import { IngestionsStore } from './ingestions-store';

export type UploadState =
  | { readonly kind: 'waiting' }
  /** `sent` in bytes. `ingestion` is the state of the ingestion on the server, once it is known. */
  | { readonly kind: 'sending'; readonly sent: number; readonly ingestion: Ingestion | null }
  /** All bytes were sent; the server has not finished. */
  | { readonly kind: 'folding'; readonly ingestion: Ingestion }
  | { readonly kind: 'ended'; readonly ingestion: Ingestion }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'cancelled' };

export interface Upload {
  readonly key: number;
  readonly file: File;
  /** Milliseconds since the Unix epoch; 0 while the file waits. */
  readonly startedAt: number;
  readonly state: UploadState;
}

const LOOK_EVERY_MS = 400;
const OVER: readonly UploadState['kind'][] = ['ended', 'failed', 'cancelled'];

/** Uploads files one after the other. Lives as long as the admin, so that the user may open other pages. */
@Injectable({ providedIn: 'root' })
export class UploadQueue {
  private readonly client = inject(IngestionsClient);
  private readonly store = inject(IngestionsStore);
  private readonly _uploads = signal<readonly Upload[]>([]);
  private running: { readonly key: number; readonly subscription: Subscription } | null = null;
  private keys = 0;

  /** Newest first. */
  readonly uploads = computed(() => [...this._uploads()].reverse());

  constructor() {
    this.client.onUnload((event) => {
      if (this.running) event.preventDefault();
    });
  }

  add(files: readonly File[]): void {
    const added = files.map((file): Upload => ({ key: ++this.keys, file, startedAt: 0, state: { kind: 'waiting' } }));
    this._uploads.update((uploads) => [...uploads, ...added]);
    this.next();
  }

  /** Stops an upload: what was ingested stays. An upload that has ended is removed from the list. */
  cancel(key: number): void {
    const upload = this._uploads().find((upload) => upload.key === key);
    if (!upload) return;
    if (OVER.includes(upload.state.kind)) {
      this._uploads.update((uploads) => uploads.filter((upload) => upload.key !== key));
      return;
    }
    this.set(key, { kind: 'cancelled' });
    if (this.running?.key === key) this.end();
  }

  retry(key: number): void {
    this.set(key, { kind: 'waiting' });
    this.next();
  }

  private next(): void {
    const upload = this._uploads().find(({ state }) => state.kind === 'waiting');
    if (this.running || !upload) return;
    const subscription = new Subscription();
    this.running = { key: upload.key, subscription };
    this._uploads.update((all) => all.map((one) => (one.key === upload.key ? { ...one, startedAt: Date.now() } : one)));
    this.set(upload.key, { kind: 'sending', sent: 0, ingestion: null });
    subscription.add(this.follow(upload));
    subscription.add(
      this.client.upload(upload.file).subscribe({
        next: (event) => {
          if (event.kind === 'sent') this.update(upload.key, (state) => (state.kind === 'sending' ? { ...state, sent: event.bytes } : state));
          else this.fold(upload.key, event.ingestion, subscription);
        },
        error: (error: unknown) => {
          this.set(upload.key, { kind: 'failed', problem: readProblem(error) });
          this.end();
        },
      }),
    );
  }

  /** Follows the ingestion while its file is sent. The answer comes only at the end, so the ingestion is found by its name among the new ones. */
  private follow({ key, file }: Upload): Subscription {
    return this.client
      .list()
      .pipe(
        map((before) => new Set(before.map(({ id }) => id))),
        switchMap((before) =>
          timer(LOOK_EVERY_MS, LOOK_EVERY_MS).pipe(
            exhaustMap(() => this.client.list()),
            map((all) => all.find(({ id, source }) => source === uploadName(file) && !before.has(id)) ?? null),
          ),
        ),
        takeWhile((found) => found === null, true),
        switchMap((found) => (found ? this.client.watch(found.id) : [])),
      )
      .subscribe({
        next: (ingestion) =>
          this.update(key, (state) => (state.kind === 'sending' ? { ...state, ingestion } : state)),
        // Only the live counts are lost. The upload itself tells how it ended.
        error: () => undefined,
      });
  }

  private fold(key: number, ingestion: Ingestion, subscription: Subscription): void {
    this.set(key, { kind: ingestion.state === 'running' ? 'folding' : 'ended', ingestion });
    if (ingestion.state !== 'running') {
      this.end();
      return;
    }
    subscription.add(
      this.client.watch(ingestion.id).subscribe({
        next: (current) => this.set(key, { kind: current.state === 'running' ? 'folding' : 'ended', ingestion: current }),
        complete: () => this.end(),
      }),
    );
  }

  private end(): void {
    this.running?.subscription.unsubscribe();
    this.running = null;
    this.store.load();
    this.next();
  }

  private set(key: number, state: UploadState): void {
    this.update(key, () => state);
  }

  private update(key: number, change: (state: UploadState) => UploadState): void {
    this._uploads.update((all) => all.map((one) => (one.key === key ? { ...one, state: change(one.state) } : one)));
  }
}
