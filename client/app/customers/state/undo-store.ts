import { Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { AttributeChanges, CustomerVersion } from '../model/customer';
import { isEditOf } from '../model/history';
import { TrashClient } from '../wire/trash-client';
import { UndoClient } from '../wire/undo-client';
import { CustomerListStore } from './customer-list-store';
import { CustomerStore, Saved } from './customer-store';

const NOT_LISTED = $localize`The edit is no longer among the last ones. Undo it in the timeline.`;

/** Undoes what was done to customers. A failure is a result, never an exception. */
@Injectable({ providedIn: 'root' })
export class UndoStore {
  private readonly client = inject(UndoClient);
  private readonly trash = inject(TrashClient);
  private readonly store = inject(CustomerStore);
  private readonly list = inject(CustomerListStore);

  /**
   * Puts back what an edit changed.
   * @param entry its id in the history, or in the timeline
   * @returns null if that deleted the customer
   */
  undo(id: string, entry: string): Promise<Saved<CustomerVersion | null>> {
    return settle(async () => {
      const version = await firstValueFrom(this.client.undo(id, entry));
      this.store.replace(id, version);
      return version;
    });
  }

  /** Puts back what the last edit with these changes changed. */
  async undoChanges(id: string, changes: AttributeChanges): Promise<Saved<CustomerVersion | null>> {
    const edits = await settle(() => firstValueFrom(this.client.lastEdits(id)));
    if (!edits.ok) return edits;
    const edit = edits.value.find((entry) => isEditOf(entry, changes));
    if (edit) return this.undo(id, String(edit.id));
    return { ok: false, problem: { status: 404, code: 'entry_not_found', message: NOT_LISTED, details: [] } };
  }

  /** Takes a deleted customer out of the trash. */
  restore(id: string): Promise<Saved<void>> {
    return settle(async () => {
      await firstValueFrom(this.trash.restore(id));
      this.list.clear();
    });
  }
}

async function settle<T>(work: () => Promise<T>): Promise<Saved<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error: unknown) {
    return { ok: false, problem: readProblem(error) };
  }
}
