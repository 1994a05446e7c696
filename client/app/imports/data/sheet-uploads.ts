import { Injectable, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { Subscription } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { uploadName } from '../../ingest/wire/ingestions-client';
import { ImportsClient } from '../wire/imports-client';

/** A spreadsheet on its way to the server. */
export interface SheetUpload {
  readonly key: number;
  readonly file: File;
  /** Bytes sent so far. */
  readonly sent: number;
  /** Null unless it failed. */
  readonly problem: Problem | null;
}

const SHEET = /\.(csv|tsv|tab)$/i;

/** Whether a file is a spreadsheet, by its name. */
export function isSheet({ name }: File): boolean {
  return SHEET.test(name);
}

/** The uploads of spreadsheets. They outlive the page. The page of an import opens when its file is there. */
@Injectable({ providedIn: 'root' })
export class SheetUploads {
  private readonly client = inject(ImportsClient);
  private readonly router = inject(Router);
  private readonly running = new Map<number, Subscription>();
  private readonly _uploads = signal<readonly SheetUpload[]>([]);
  private keys = 0;

  readonly uploads = this._uploads.asReadonly();

  /** @param opens true to go to the page of the import when it is there and the reader is still on the same page */
  add(file: File, opens: boolean): void {
    const key = ++this.keys;
    this._uploads.update((all) => [...all, { key, file, sent: 0, problem: null }]);
    this.send(key, file, opens);
  }

  retry({ key, file }: SheetUpload): void {
    this.change(key, { sent: 0, problem: null });
    this.send(key, file, true);
  }

  /** Aborts an upload, or takes one that failed from the list. */
  cancel({ key }: SheetUpload): void {
    this.running.get(key)?.unsubscribe();
    this.end(key);
  }

  private send(key: number, file: File, opens: boolean): void {
    const from = this.router.url;
    const sending = this.client.upload(file, uploadName(file)).subscribe({
      next: (event) => {
        if (event.kind === 'sent') {
          this.change(key, { sent: event.bytes });
          return;
        }
        this.end(key);
        if (opens && this.router.url === from) void this.router.navigate(['/imports', event.id]);
      },
      error: (error: unknown) => this.change(key, { problem: readProblem(error) }),
    });
    this.running.set(key, sending);
  }

  private end(key: number): void {
    this.running.delete(key);
    this._uploads.update((all) => all.filter((one) => one.key !== key));
  }

  private change(key: number, change: Partial<SheetUpload>): void {
    this._uploads.update((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)));
  }
}
