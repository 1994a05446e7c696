import { Injectable, Logger } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import { collectEarlier } from '../config/heap-growth.js';
import { requireLog } from '../customers/log-completeness.js';
import { readSelection } from '../customers/read-selection.js';
import { UndoService } from '../customers/undo.service.js';
import type { AuditDraft } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { bulkEdit, type BulkAction } from '../domain/customer/bulk-edit.js';
import { CustomerRepository, type CustomerEdit, type EditOutcome } from '../domain/customer/customer-repository.js';
import { HistoryRepository, type BulkEntry, type EditNote } from '../domain/customer/history.js';
import type { LabelEdit } from '../domain/customer/label-edits.js';
import { NoteRepository } from '../domain/customer/notes.js';
import { undoDeletesOrRestores, undoLabelEdit } from '../domain/customer/undo.js';
import { DomainError } from '../domain/errors.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { checkPermission } from '../http/route-permission.js';
import { Turns } from '../http/turns.js';
import { bulkEditTarget } from './bulk-edit-target.js';
import type { BulkEditBody } from './bulk-edit.dto.js';
import { batchesOf, bulkLines, CUSTOMERS_AT_A_TIME, piecesOf, type BulkRun } from './bulk-lines.js';
import { readAction } from './read-action.js';
import { countSelected, selectedIds } from './selected.js';

/** Ids of bulk edits are chosen at random below it. */
const IDS = 2 ** 48 - 1;

/** Edits many customers, a few in each transaction. */
@Injectable()
export class BulkEditsService {
  private readonly logger = new Logger(BulkEditsService.name);
  private readonly turns = new Turns();

  constructor(
    private readonly customers: CustomerRepository,
    private readonly search: CustomerSearch,
    private readonly history: HistoryRepository,
    private readonly notes: NoteRepository,
    private readonly undos: UndoService,
  ) {}

  /**
   * Edits the selected customers while its lines are read.
   * @param signal ends the edit between two transactions
   * @param stopping ends it in the same way, with a last line that says how far it came
   * @returns lines of JSON: progress, then the end
   * @param allowsIncomplete as `allow_incomplete` of the body
   * @throws DomainError `invalid_request`, `forbidden`, `log_incomplete`, before anything is changed
   */
  async run(
    body: BulkEditBody,
    actor: Actor,
    signal: AbortSignal,
    stopping: AbortSignal,
    allowsIncomplete: boolean,
  ): Promise<AsyncGenerator<string>> {
    const action = readAction(body.action);
    checkPermission(actor, [action.does === 'delete' ? 'delete' : 'write']);
    const selection = readSelection(body.selection);
    if (!allowsIncomplete && body.allow_incomplete !== true) await requireLog(this.search, selection);
    const { total } = await countSelected(this.search, selection);
    const ids = selectedIds(selection, (one) => this.search.select(one));
    collectEarlier();
    const id = randomInt(1, IDS);
    const edit = (batch: readonly string[], isFirst: boolean): Promise<readonly EditOutcome[]> => {
      const details = { ...detailsOf(action), customers: total, bulk_edit: id };
      const audit = isFirst && auditOf(actor, bulkEditTarget(body.selection, batch), details);
      const note: EditNote = { actor, action: 'updated', bulkEdit: id, ...(audit && { audit }) };
      return this.customers.changeEach(batch, bulkEdit(action, Date.now()), note);
    };
    return bulkLines({ id, total, batches: batchesOf(ids), edit }, this.runOf(signal, stopping));
  }

  /**
   * Undoes a bulk edit, customer by customer, as {@link run}. Customers that were changed since stay as they are.
   * @throws DomainError `bulk_edit_not_found`, `forbidden`, before anything is changed
   */
  async undo(
    undone: number,
    actor: Actor,
    signal: AbortSignal,
    stopping: AbortSignal,
  ): Promise<AsyncGenerator<string>> {
    const first = (await this.history.ofBulkEdit(undone, undefined, 1)).at(0);
    if (!first) {
      const labels = await this.notes.countOfLabelEdits(undone);
      if (labels > 0) return this.undoLabels(undone, labels, actor, this.runOf(signal, stopping));
      throw new DomainError('bulk_edit_not_found', `There is no bulk edit ${undone} that has changed a customer.`);
    }
    // All entries of a bulk edit have the same action.
    checkPermission(actor, [undoDeletesOrRestores(first) ? 'delete' : 'write']);
    const total = await this.history.countOfBulkEdit(undone);
    const id = randomInt(1, IDS);
    const edit = async (batch: readonly BulkEntry[], isFirst: boolean): Promise<readonly EditOutcome[]> => {
      const now = Date.now();
      const edits = new Map<string, CustomerEdit>();
      for (const entry of batch) edits.set(entry.customerId, await this.undos.editOf(entry, now));
      const ids = [...edits.keys()];
      const audit =
        isFirst &&
        auditOf(actor, bulkEditTarget({}, ids), { does: 'undo', undoes: undone, customers: total, bulk_edit: id });
      const action = first.action === 'deleted' ? 'restored' : 'updated';
      const note: EditNote = { actor, action, bulkEdit: id, ...(audit && { audit }) };
      return this.customers.changeEach(ids, (state, current) => edits.get(state.id)?.(state, current), note);
    };
    const next = (after?: BulkEntry): Promise<readonly BulkEntry[]> =>
      this.history.ofBulkEdit(undone, after?.place, CUSTOMERS_AT_A_TIME);
    return bulkLines({ id, total, batches: piecesOf(next), edit }, this.runOf(signal, stopping));
  }

  private undoLabels(undone: number, total: number, actor: Actor, run: BulkRun): AsyncGenerator<string> {
    checkPermission(actor, ['write']);
    const id = randomInt(1, IDS);
    const edit = (batch: readonly LabelEdit[], isFirst: boolean): Promise<readonly EditOutcome[]> => {
      const edits = new Map(batch.map((one) => [one.customerId, undoLabelEdit(one)]));
      const ids = [...edits.keys()];
      const details = { does: 'undo', undoes: undone, customers: total, bulk_edit: id };
      const audit = isFirst && auditOf(actor, bulkEditTarget({}, ids), details);
      const note: EditNote = { actor, action: 'updated', bulkEdit: id, ...(audit && { audit }) };
      return this.customers.changeEach(ids, (state, current) => edits.get(state.id)?.(state, current), note);
    };
    const next = (after?: LabelEdit): Promise<readonly LabelEdit[]> =>
      this.notes.labelEdits(undone, after?.customerId, CUSTOMERS_AT_A_TIME);
    return bulkLines({ id, total, batches: piecesOf(next), edit }, run);
  }

  private runOf(signal: AbortSignal, stopping: AbortSignal): Parameters<typeof bulkLines>[1] {
    return { turns: this.turns, logger: this.logger, signal, stopping };
  }
}

/** The entry of a bulk edit. The first transaction that changes a customer writes it. It has no value of an attribute. */
function auditOf({ author, origin }: Actor, target: string, details: AuditDraft['details']): AuditDraft {
  return { author, origin, action: 'bulk-edit', target, details };
}

function detailsOf(action: BulkAction): AuditDraft['details'] {
  switch (action.does) {
    case 'delete':
      return { does: action.does };
    case 'set':
    case 'remove':
    case 'add_label':
    case 'remove_label':
      return { does: action.does, name: action.name };
    case 'rename':
      return { does: action.does, name: action.name, to: action.to };
    default:
      return action satisfies never;
  }
}
