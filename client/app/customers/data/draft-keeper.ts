import { DOCUMENT, Injectable, inject } from '@angular/core';

import { DraftRow, changeOf } from './attribute-draft';

const PREFIX = 'roster.draft.';
const KEEP_MS = 14 * 24 * 3600 * 1000;

export interface KeptDraft {
  /** When it was last typed into, in milliseconds since the epoch. */
  readonly at: number;
  /** The rows that differ from the record they were typed on. */
  readonly rows: readonly DraftRow[];
}

/**
 * Keeps unsaved changes in this browser, one draft a customer, for two weeks. Where local storage is closed or full a draft
 * lasts as long as the page: leaving is guarded all the same.
 */
@Injectable({ providedIn: 'root' })
export class DraftKeeper {
  private readonly storage = storageOf(inject(DOCUMENT).defaultView);

  keep(id: string, rows: readonly DraftRow[], now: number): void {
    const changed = rows.filter((row) => changeOf(row) !== 'none');
    if (changed.length === 0) {
      this.forget(id);
      return;
    }
    try {
      this.storage?.setItem(PREFIX + id, JSON.stringify({ at: now, rows: changed }));
    } catch {
      // Full: see above.
    }
  }

  /** The draft of a customer; null when there is none, or none that this version of the admin can read. */
  recall(id: string, now: number): KeptDraft | null {
    this.dropOld(now);
    return read(this.storage?.getItem(PREFIX + id) ?? null);
  }

  forget(id: string): void {
    this.storage?.removeItem(PREFIX + id);
  }

  private dropOld(now: number): void {
    const storage = this.storage;
    if (!storage) return;
    for (const key of Object.keys(storage).filter((key) => key.startsWith(PREFIX))) {
      const draft = read(storage.getItem(key));
      if (!draft || now - draft.at > KEEP_MS) storage.removeItem(key);
    }
  }
}

function storageOf(window: Window | null): Storage | null {
  try {
    return window?.localStorage ?? null;
  } catch {
    return null;
  }
}

function read(text: string | null): KeptDraft | null {
  if (text === null) return null;
  try {
    const draft = JSON.parse(text) as Partial<KeptDraft> | null; // checked below
    return draft && typeof draft.at === 'number' && Array.isArray(draft.rows) && draft.rows.every(isRow)
      ? { at: draft.at, rows: draft.rows }
      : null;
  } catch {
    return null;
  }
}

function isRow(row: Partial<DraftRow> | null): row is DraftRow {
  return (
    typeof row?.name === 'string' &&
    typeof row.type === 'string' &&
    typeof row.value === 'string' &&
    typeof row.removed === 'boolean' &&
    typeof row.kept === 'boolean' &&
    (row.original === null || typeof row.original === 'string') &&
    (row.renamedFrom === null || typeof row.renamedFrom === 'string')
  );
}
