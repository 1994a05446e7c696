import { Injectable } from '@nestjs/common';
import type { Actor } from '../domain/actor.js';
import { CustomerRepository, type CustomerEdit } from '../domain/customer/customer-repository.js';
import { customerJson } from '../domain/customer/customer-json.js';
import { HistoryRepository, type BulkEntry, type HistoryEntry } from '../domain/customer/history.js';
import { notInTrash, restoration } from '../domain/customer/trash.js';
import { madeAnew, nothingToUndo, undoDeletesOrRestores, undoEdit } from '../domain/customer/undo.js';
import { customerNotFound, DomainError } from '../domain/errors.js';
import { checkPermission } from '../http/route-permission.js';
import type { Entity } from '../http/send.js';
import { customerEntity } from './customer-body.js';
import { check, checkThere, noteOf, type Preconditions } from './customers.service.js';
import { readPlace } from './log-entry-json.js';
import { TrashService } from './trash.service.js';

const ENTRY = /^h?([1-9]\d{0,15})$/;

/** Undoes edits of customers. */
@Injectable()
export class UndoService {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly history: HistoryRepository,
    private readonly trash: TrashService,
  ) {}

  /**
   * Puts back what an edit changed.
   * @param entry its id in the history, or in the timeline
   * @returns the customer; undefined if the undo has deleted it
   * @throws DomainError `invalid_request`, `forbidden`, `customer_not_found`, `entry_not_found`, `attributes_changed`, `customer_changed`,
   * `nothing_to_undo`, `not_in_trash`
   */
  async undo(id: string, entry: string, preconditions: Preconditions, actor: Actor): Promise<Entity | undefined> {
    const found = await this.find(id, entry);
    const needsDelete = undoDeletesOrRestores(found);
    if (needsDelete) checkPermission(actor, ['delete']);
    if (found.action === 'deleted') {
      check(id, undefined, preconditions);
      return this.trash.restore(id, actor);
    }
    const now = Date.now();
    const edit: CustomerEdit = (state, current) => {
      checkThere(state, current);
      check(id, current, preconditions);
      undoEdit(found, now)(state, current);
    };
    const note = needsDelete ? noteOf(actor, 'customer.deleted', id) : ({ actor, action: 'updated' } as const);
    const customer = await this.customers.change(id, edit, note);
    return customer && customerEntity(customerJson(customer));
  }

  /** The edit that undoes an entry of a bulk edit. It throws `nothing_to_undo` for a customer that is as it was. @param now ms since the Unix epoch */
  async editOf(entry: BulkEntry, now: number): Promise<CustomerEdit> {
    const { customerId: id } = entry;
    if (entry.action === 'deleted') {
      const trashed = await this.trash.kept(id);
      if (trashed && entry.last === entry.id) return restoration(trashed);
      return (_state, current) => {
        if (trashed) throw madeAnew(id);
        throw current ? nothingToUndo() : notInTrash(id);
      };
    }
    const undo = undoEdit(entry, now, true);
    return (state, current) => {
      if (!current && undoDeletesOrRestores(entry)) throw nothingToUndo();
      checkThere(state, current);
      undo(state, current);
    };
  }

  private async find(id: string, entry: string): Promise<HistoryEntry> {
    if (readPlace(entry)) {
      const message = 'This entry is a message, and no edit: only entries of the history can be undone.';
      throw new DomainError('invalid_request', message, [{ field: 'entry', message }]);
    }
    // No entry has the number 0.
    const number = Number(ENTRY.exec(entry)?.[1] ?? 0);
    if (!(await this.customers.get(id))) return this.deletion(id, number);
    const { entries } = await this.history.page(id, number + 1, 1);
    if (entries.at(0)?.id !== number) {
      throw new DomainError('entry_not_found', `There is no entry ${JSON.stringify(entry)} in the history.`);
    }
    if (entries[0].action !== 'deleted') return entries[0];
    throw new DomainError('nothing_to_undo', `Customer ${JSON.stringify(id)} was restored since.`);
  }

  /** The entry of the deletion of a customer that is deleted. */
  private async deletion(id: string, number: number): Promise<HistoryEntry> {
    const newest = await this.history.newest(id);
    if (newest?.action !== 'deleted') throw customerNotFound(id);
    if (newest.id === number) return newest;
    const message = `Customer ${JSON.stringify(id)} was deleted. Restore it from the trash first.`;
    throw new DomainError('customer_not_found', message);
  }
}
