import { checkBulkAction, type BulkAction } from '../domain/customer/bulk-edit.js';
import { DomainError } from '../domain/errors.js';
import type { Json } from '../domain/json.js';
import type { BulkActionBody } from './bulk-edit.dto.js';

const MEMBERS = 'delete, set, remove, rename, add_label or remove_label';

/** Reads the action of a body. @throws DomainError `invalid_request` that names the member */
export function readAction({ delete: deletes, set, remove, rename, ...labels }: BulkActionBody): BulkAction {
  const actions: BulkAction[] = [];
  if (deletes) actions.push({ does: 'delete' });
  if (remove !== undefined) actions.push({ does: 'remove', name: remove });
  if (set) {
    const name = textOf(set.name, 'action.set.name');
    if (set.value === undefined) throw refusal('action.set.value', 'action.set.value is missing.');
    // Safe: it comes from a JSON body.
    actions.push({ does: 'set', name, value: set.value as Json });
  }
  if (rename) {
    const name = textOf(rename.from, 'action.rename.from');
    actions.push({ does: 'rename', name, to: textOf(rename.to, 'action.rename.to') });
  }
  for (const does of ['add_label', 'remove_label'] as const) {
    const name = labels[does];
    if (name !== undefined) actions.push({ does, name });
  }
  if (actions.length !== 1) throw refusal('action', `action has one member: ${MEMBERS}.`);
  checkBulkAction(actions[0]);
  return actions[0];
}

function textOf(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw refusal(field, `${field} must be a string.`);
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
