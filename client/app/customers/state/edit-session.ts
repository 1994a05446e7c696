import { Injectable, computed, effect, inject, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { switchMap } from 'rxjs';

import { Problem } from '../../core/problem';
import { Conflict, DraftRow, changeOf, differingNames, rebase, theirRow } from '../model/attribute-draft';
import { CustomerVersion } from '../model/customer';
import { Refusal, SortedProblem, sortProblem } from '../model/refusals';
import { AttributesForm, attributesForm, rowForm } from './attribute-form';
import { DraftKeeper } from './draft-keeper';
import { People } from './people';

/** A side of a conflict: the edit of this user, or the version of the other one. */
export type Side = 'mine' | 'theirs';

/** The result of putting the edits on a newer version. */
export interface Adopted {
  readonly conflicts: readonly Conflict[];
  /** Attributes that only the other user changed. */
  readonly others: readonly string[];
}

const NOTHING: CustomerVersion = { customer: { id: '', attributes: {}, events: {}, last_updated: 0 }, etag: null };

/** The edits of a customer: the version they are based on, the form, and their draft in this browser. One for each page. */
@Injectable()
export class EditSession {
  private readonly keeper = inject(DraftKeeper);
  private readonly people = inject(People);
  private readonly _base = signal<{ readonly id: string | null; readonly version: CustomerVersion } | null>(null);
  private readonly _form = signal<AttributesForm>(attributesForm());
  private readonly _refusals = signal<ReadonlyMap<string, Refusal>>(new Map());
  private readonly event = toSignal(toObservable(this._form).pipe(switchMap((form) => form.events)));

  readonly form = this._form.asReadonly();
  /** Refusals of the server, by the name of the attribute. */
  readonly refusals = this._refusals.asReadonly();
  /** The id of a new customer, as it is typed; empty for an existing one. */
  readonly newId = signal('');
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
      if (!base) return;
      const person = this.people.of(base.version.customer);
      const name = base.id === null || person.isIdOnly ? {} : { name: person.name };
      this.keeper.keep(base.id, { at: Date.now(), rows: this.changed(), newId: this.newId(), ...name });
    });
  }

  hasChanges(): boolean {
    return this._base() !== null && (this.newId() !== '' || this.changed().length > 0);
  }

  /** Tells whether the edits are stored as a draft that outlasts the visit. */
  isKept(): boolean {
    const base = this._base();
    return base !== null && this.keeper.isKept(base.id);
  }

  /** Clears the form but keeps the draft. */
  reset(): void {
    this._base.set(null);
    this._form.set(attributesForm());
  }

  /**
   * Starts with a version and the draft that was stored for it. `restored` is the time of the draft in seconds since the Unix epoch.
   * @param id null for a customer that does not exist yet
   */
  begin(id: string | null, version = NOTHING): Adopted & { readonly restored: number | null } {
    const draft = this.keeper.recall(id, Date.now());
    const adopted = this.place(id, draft?.rows ?? [], version);
    this.newId.set(draft?.newId ?? '');
    return { ...adopted, restored: draft && this.hasChanges() ? draft.at / 1000 : null };
  }

  /** Puts the edits on a newer version. */
  adopt(id: string, version: CustomerVersion): Adopted {
    this._refusals.set(new Map());
    return this.place(id, this.rows(), version);
  }

  /**
   * Shows the refusals of the server at the attributes they name.
   * @param sent the rows that were refused
   */
  refuse(problem: Problem, sent: readonly DraftRow[]): SortedProblem {
    const values = new Map(sent.map((row) => [row.name, row.value]));
    const sorted = sortProblem(problem, new Set(values.keys()));
    const refused = [...sorted.attributes];
    this._refusals.set(new Map(refused.map(([name, message]) => [name, { message, value: values.get(name) ?? '' }])));
    return sorted;
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

  private place(id: string | null, rows: readonly DraftRow[], version: CustomerVersion): Adopted {
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
