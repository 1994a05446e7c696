import { Injectable, Logger } from '@nestjs/common';
import { readSelection } from '../customers/read-selection.js';
import type { SelectionBody } from '../customers/selection.dto.js';
import type { AuditDraft } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { bulkEdit, checkBulkAction, type BulkAction } from '../domain/customer/bulk-edit.js';
import { wireId } from '../domain/customer/customer-id.js';
import type { EditNote } from '../domain/customer/history.js';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { DomainError } from '../domain/errors.js';
import type { Json } from '../domain/json.js';
import { errorBody } from '../http/error-filter.js';
import { checkPermission } from '../http/route-permission.js';
import { Turns } from '../http/turns.js';
import { bulkEditTarget } from './bulk-edit-target.js';
import type { BulkActionBody, BulkEditBody, BulkEnd, BulkProgress, BulkRefusal } from './bulk-edit.dto.js';

/** Customers in one transaction, which takes some ten milliseconds, so that other writers get their turn. */
const CUSTOMERS_AT_A_TIME = 200;
const MOST_REFUSALS = 100;
const STOPPING = 'The server stops. What is done stays done; send the same bulk edit again for the rest.';

/** Ids of the customers to edit, and how many there are, as far as is known. */
interface Selected {
  readonly ids: AsyncIterable<string> | Iterable<string>;
  readonly total: number;
}

/** Edits many customers, a few in each transaction. */
@Injectable()
export class BulkEditsService {
  private readonly logger = new Logger(BulkEditsService.name);
  private readonly turns = new Turns();

  constructor(
    private readonly customers: CustomerRepository,
    private readonly search: CustomerSearch,
  ) {}

  /**
   * Edits the selected customers while its lines are read.
   * @param signal ends the edit between two transactions
   * @param stopping ends it in the same way, with a last line that says how far it came
   * @returns lines of JSON: progress, then the end
   * @throws DomainError `invalid_request`, `forbidden`, before anything is changed
   */
  async run(
    body: BulkEditBody,
    actor: Actor,
    signal: AbortSignal,
    stopping: AbortSignal,
  ): Promise<AsyncGenerator<string>> {
    const action = readAction(body.action);
    checkPermission(actor, [action.does === 'delete' ? 'delete' : 'write']);
    return this.lines(await this.select(body.selection), body.selection, action, actor, signal, stopping);
  }

  private async *lines(
    { ids, total }: Selected,
    selection: SelectionBody,
    action: BulkAction,
    actor: Actor,
    signal: AbortSignal,
    stopping: AbortSignal,
  ): AsyncGenerator<string> {
    const end: BulkEnd = { finished: true, done: 0, changed: 0, failed: 0, errors: [] };
    try {
      for await (const batch of batchesOf(ids)) {
        // Customers that nobody has take no transaction, and so no pause in which another request is read.
        await this.turns.next();
        if (signal.aborted) return;
        if (stopping.aborted) throw new DomainError('stopping', STOPPING);
        const audit = end.changed > 0 ? undefined : auditOf(action, actor, total, bulkEditTarget(selection, batch));
        await this.edit(batch, action, { actor, action: 'updated', ...(audit && { audit }) }, end);
        const { done, failed } = end;
        yield line({ done, total: Math.max(total, done), failed });
      }
      yield line(end);
    } catch (error) {
      if (!(error instanceof DomainError)) this.logger.error(error);
      end.finished = false;
      end.error = errorBody(error);
      yield line(end);
    }
  }

  private async edit(batch: readonly string[], action: BulkAction, note: EditNote, end: BulkEnd): Promise<void> {
    const edit = bulkEdit(action, Date.now());
    for (const { id, changed, refusal } of await this.customers.changeEach(batch, edit, note)) {
      end.done++;
      if (changed) end.changed++;
      if (!refusal) continue;
      end.failed++;
      if (end.errors.length < MOST_REFUSALS) {
        end.errors.push({ id: wireId(id), code: refusal.code, message: refusal.message } satisfies BulkRefusal);
      }
    }
  }

  private async select(body: SelectionBody): Promise<Selected> {
    const selection = readSelection(body);
    if (selection.ids && selection.search === undefined && selection.filters.length === 0) {
      return { ids: selection.ids, total: selection.ids.length };
    }
    return { ids: this.search.select(selection), total: (await this.search.count(selection)).total };
  }
}

/** The entry of a bulk edit. The first transaction that changes a customer writes it. It has no value of an attribute. */
function auditOf(action: BulkAction, { author, origin }: Actor, customers: number, target: string): AuditDraft {
  const details = { does: action.does, ...(action.does !== 'delete' && { name: action.name }), customers };
  return { author, origin, action: 'bulk-edit', target, details };
}

function readAction({ delete: deletes, set, remove }: BulkActionBody): BulkAction {
  const actions: BulkAction[] = [];
  if (deletes) actions.push({ does: 'delete' });
  if (remove !== undefined) actions.push({ does: 'remove', name: remove });
  if (set) {
    if (typeof set.name !== 'string') throw refusal('action.set.name', 'action.set.name must be a string.');
    if (set.value === undefined) throw refusal('action.set.value', 'action.set.value is missing.');
    // Safe: it comes from a JSON body.
    actions.push({ does: 'set', name: set.name, value: set.value as Json });
  }
  if (actions.length !== 1) throw refusal('action', 'action has one member: delete, set or remove.');
  checkBulkAction(actions[0]);
  return actions[0];
}

async function* batchesOf(ids: Selected['ids']): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  for await (const id of ids) {
    batch.push(id);
    if (batch.length < CUSTOMERS_AT_A_TIME) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function line(members: BulkProgress | BulkEnd): string {
  return `${JSON.stringify(members)}\n`;
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
