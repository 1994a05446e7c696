import { Injectable, computed, effect, inject, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { switchMap } from 'rxjs';

import { Conflict, DraftRow, changeOf, differingNames, rebase, theirRow } from '../model/attribute-draft';
import { AttributesForm, attributesForm, rowForm } from '../state/attribute-form';
import { CustomerVersion } from '../model/customer';
import { DraftKeeper } from '../state/draft-keeper';
import { Side } from './conflict-panel';

/** The result of putting the edits on a newer version. */
export interface Adopted {
  readonly conflicts: readonly Conflict[];
  /** Attributes that only the other user changed. */
  readonly others: readonly string[];
}

/** The edits of a customer: the version they are based on, the form, and their draft in this browser. One for each page. */
@Injectable()
export class EditSession {
  private readonly keeper = inject(DraftKeeper);
  private readonly _base = signal<{ readonly id: string; readonly version: CustomerVersion } | null>(null);
  private readonly _form = signal<AttributesForm>(attributesForm());
  private readonly event = toSignal(toObservable(this._form).pipe(switchMap((form) => form.events)));

  readonly form = this._form.asReadonly();
  /** The version that the edits are based on. */
  readonly base = computed(() => this._base()?.version ?? null);
  readonly rows = computed<DraftRow[]>(() => {
    this.event();
    return this._form().getRawValue();
  });
  readonly changed = computed(() => this.rows().filter((row) => changeOf(row) !== 'none'));

  constructor() {
    effect(() => {
      const base = this._base();
      if (base) this.keeper.keep(base.id, this.changed(), Date.now());
    });
  }

  /** Clears the form but keeps the draft. */
  reset(): void {
    this._base.set(null);
    this._form.set(attributesForm());
  }

  /** Starts with a version and the draft that was stored for it. `at` is the time of the draft, in ms since the Unix epoch. */
  begin(id: string, version: CustomerVersion): Adopted & { readonly at: number | null } {
    const draft = this.keeper.recall(id, Date.now());
    const adopted = this.place(id, draft?.rows ?? [], version);
    for (const row of this._form().controls) if (changeOf(row.getRawValue()) !== 'none') row.markAllAsTouched();
    return { ...adopted, at: draft && this.changed().length > 0 ? draft.at : null };
  }

  /** Puts the edits on a newer version. */
  adopt(id: string, version: CustomerVersion): Adopted {
    return this.place(id, this.rows(), version);
  }

  /** Takes the value of one side in a conflict. */
  choose(conflict: Conflict, side: Side): void {
    const form = this._form();
    const index = form.controls.findIndex((row) => row.controls.name.value === conflict.name);
    const row = side === 'mine' ? conflict.mine : theirRow(conflict);
    if (row && index >= 0) form.at(index).setValue(row);
    else if (row) form.push(rowForm(row));
    else if (index >= 0) form.removeAt(index);
  }

  /** Discards the edits and their draft. */
  discard(): void {
    const base = this._base();
    this._base.set(null);
    if (base) this.keeper.forget(base.id);
  }

  private place(id: string, rows: readonly DraftRow[], version: CustomerVersion): Adopted {
    const before = this.base()?.customer.attributes;
    const fresh = version.customer.attributes;
    const rebased = rebase(rows, fresh);
    const mine = new Set(rebased.rows.filter((row) => changeOf(row) !== 'none').map((row) => row.name));
    this._form.set(attributesForm(rebased.rows, this._form().controls));
    this._base.set({ id, version });
    const others = before ? differingNames(before, fresh).filter((name) => !mine.has(name)) : [];
    return { conflicts: rebased.conflicts, others };
  }
}
