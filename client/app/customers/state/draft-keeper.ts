import { Injectable, inject } from '@angular/core';

import { LocalStore } from '../../core/local-store';
import { SessionStore } from '../../core/session';
import { DraftRow } from '../model/attribute-draft';

/** The beginning of the keys of all drafts. */
const PREFIX = 'draft';
const KEEP_MS = 14 * 24 * 3600 * 1000;

export interface KeptDraft {
  /** Time of the last edit, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** The rows that differ from their record. */
  readonly rows: readonly DraftRow[];
  /** The id of a customer that does not exist yet; empty for any other. */
  readonly newId: string;
  /** The display name of the customer; missing where there is none but the id. */
  readonly name?: string;
}

/** A draft in the list of all. */
export interface OpenDraft {
  /** Null for a new customer. */
  readonly id: string | null;
  /** The id of a new customer, as far as it is typed; empty for any other. */
  readonly newId: string;
  /** The display name of the customer; missing where there is none but the id. */
  readonly name?: string;
  /** The number of attributes that differ from the record. */
  readonly changes: number;
  /** Time of the last edit, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/**
 * Stores unsaved edits in this browser for two weeks: one draft a customer, and one of a new customer, whose id is null here. Each user sees
 * the own drafts alone, and a reader without a login those that were typed without one.
 * Without local storage (closed or full) a draft lasts for the visit.
 */
@Injectable({ providedIn: 'root' })
export class DraftKeeper {
  private readonly store = inject(LocalStore);
  private readonly user = inject(SessionStore).user;

  keep(id: string | null, draft: KeptDraft): void {
    const isEmpty = draft.rows.length === 0 && draft.newId === '';
    this.store.write(this.keyOf(id), isEmpty ? null : JSON.stringify(draft));
  }

  /** The draft of a customer; null when there is none that this version of the admin can read. */
  recall(id: string | null, now: number): KeptDraft | null {
    this.dropOld(now);
    return read(this.store.read(this.keyOf(id)));
  }

  /** All drafts, the latest first. */
  list(now: number): OpenDraft[] {
    const own = this.keyOf(null);
    return this.store
      .keys(own)
      .flatMap((key) => {
        const draft = read(this.store.read(key));
        return draft && now - draft.at <= KEEP_MS
          ? [{ ...draft, id: key.slice(own.length) || null, changes: draft.rows.length }]
          : [];
      })
      .sort((a, b) => b.at - a.at);
  }

  /** Tells whether the draft outlasts the visit. */
  isKept(id: string | null): boolean {
    return this.store.isStored(this.keyOf(id));
  }

  forget(id: string | null): void {
    this.store.write(this.keyOf(id), null);
  }

  /** No customer has an empty id. */
  private keyOf(id: string | null): string {
    const user = this.user();
    return `${PREFIX}${user ? `-of-${user.id}` : ''}.${id ?? ''}`;
  }

  private dropOld(now: number): void {
    for (const key of this.store.keys(PREFIX)) {
      const draft = read(this.store.read(key));
      if (!draft || now - draft.at > KEEP_MS) this.store.write(key, null);
    }
  }
}

function read(text: string | null): KeptDraft | null {
  if (text === null) return null;
  try {
    const draft = JSON.parse(text) as Partial<KeptDraft> | null; // Checked below.
    return draft && typeof draft.at === 'number' && Array.isArray(draft.rows) && draft.rows.every(isRow)
      ? {
          at: draft.at,
          rows: draft.rows,
          newId: draft.newId ?? '',
          ...(typeof draft.name === 'string' && { name: draft.name }),
        }
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
