import { Injectable, effect, inject, signal, untracked } from '@angular/core';

import { Connection } from '../../core/connection';
import { Problem } from '../../core/problem';
import { Conflict, DraftRow, changesOf } from '../model/attribute-draft';
import { CustomerVersion } from '../model/customer';
import { CustomerStore, Saved } from '../state/customer-store';
import { Adopted, EditSession, Side } from '../state/edit-session';

/** The state of a save. */
export type SavingState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'saving' }
  /** Another user saved first. The edits now stand on that version; these attributes were changed on both sides. */
  | { readonly kind: 'conflict'; readonly conflicts: readonly Conflict[]; readonly others: readonly string[] }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly others: readonly string[] };

/** The end of a save: `refused` are attributes of the form, `notice` is told above it. */
export type SaveEnd = 'saved' | 'refused' | 'notice';

const BACK = $localize`The server is back. What you typed is still here.`;
const GONE = $localize`This customer was deleted meanwhile. What you typed is still here, but there is no record to save it to.`;

/** Saves the edits of a session, and tells what becomes of it. One for each page. */
@Injectable()
export class Saving {
  private readonly session = inject(EditSession);
  private readonly store = inject(CustomerStore);
  private readonly connection = inject(Connection);
  private readonly _state = signal<SavingState>({ kind: 'idle' });
  private readonly _sides = signal<ReadonlyMap<string, Side>>(new Map());

  readonly state = this._state.asReadonly();
  /** The sides that were chosen in the conflict, by the name of the attribute. */
  readonly sides = this._sides.asReadonly();

  constructor() {
    effect(() => {
      // A message that the server is away is old when it is back; what was typed is still to be saved.
      this.connection.recoveries();
      untracked(() => {
        const state = this.state();
        if (state.kind === 'failed' && isAway(state.problem))
          this._state.set({ ...state, problem: { ...state.problem, code: 'recovered', message: BACK } });
      });
    });
  }

  reset(): void {
    this._state.set({ kind: 'idle' });
  }

  /** Sends what changed since the version with this ETag. */
  async update(id: string, etag: string | null): Promise<SaveEnd> {
    this._state.set({ kind: 'saving' });
    const rows = this.session.rows();
    return this.end(id, rows, await this.store.update(id, changesOf(rows), etag));
  }

  /** Creates a customer that was deleted meanwhile, with all attributes of the form. Nothing that came back since is overwritten. */
  async createAgain(id: string): Promise<SaveEnd> {
    this._state.set({ kind: 'saving' });
    const rows = this.session.rows();
    const kept = rows.filter((row) => !row.removed).map((row) => ({ ...row, original: null }));
    return this.end(id, rows, await this.store.create(id, changesOf(kept)));
  }

  choose(conflict: Conflict, side: Side): void {
    this.session.choose(conflict, side);
    this._sides.update((sides) => new Map(sides).set(conflict.name, side));
  }

  /** Shows the conflicts of edits that were put on a newer version. */
  showConflict({ conflicts, others }: Adopted): void {
    this._state.set({ kind: 'conflict', conflicts, others });
    this._sides.set(new Map());
  }

  private async end(id: string, sent: readonly DraftRow[], saved: Saved<CustomerVersion>): Promise<SaveEnd> {
    if (saved.ok) {
      this.session.adopt(id, saved.value);
      return 'saved';
    }
    return saved.problem.status === 412 ? this.compare(id) : this.fail(saved.problem, sent);
  }

  /** Loads the version of the other user, puts the edits on top of it and shows the conflicts. */
  private async compare(id: string): Promise<SaveEnd> {
    const state = await this.store.load(id);
    switch (state.kind) {
      case 'ready':
        this.showConflict(this.session.adopt(id, state.version));
        return 'notice';
      case 'error':
        return this.fail(state.problem, this.session.rows());
      case 'missing':
      case 'suppressed':
        return this.fail({ status: 404, code: 'customer_not_found', message: GONE, details: [] }, this.session.rows());
      case 'loading':
        return 'notice';
      default:
        return state satisfies never;
    }
  }

  private fail(problem: Problem, sent: readonly DraftRow[]): SaveEnd {
    const { attributes, others } = this.session.refuse(problem, sent);
    this._state.set({ kind: 'failed', problem, others });
    return attributes.size > 0 ? 'refused' : 'notice';
  }
}

/** Tells whether the server could not be reached, by itself or behind a proxy. */
function isAway({ status }: Problem): boolean {
  return status === 0 || (status >= 502 && status <= 504);
}
