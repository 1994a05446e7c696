import { customerNotFound, DomainError } from '../errors.js';
import { comparableJson } from '../json.js';
import type { CustomerEdit } from './customer-repository.js';
import type { CustomerState } from './customer.js';
import { deleteCustomer, patchAttributes } from './edit.js';
import { readChanges, type AttributeEdit, type HistoryEntry } from './history.js';
import type { LabelEdit } from './label-edits.js';
import { addLabel, readLabels, removeLabel } from './labels.js';

/** The attributes that a message names at most. */
const MOST_NAMED = 20;

/** True if the undo of an entry deletes a customer, or restores one. */
export function undoDeletesOrRestores({ action }: Pick<HistoryEntry, 'action'>): boolean {
  return action === 'created' || action === 'deleted' || action === 'restored';
}

/**
 * Makes the edit that puts back what an entry changed: attributes get the values that they had before. It may remove `email` and `created_at`.
 * The undo of a creation, and of a restoration, deletes the customer. That of a deletion is a `restoration`.
 * @param now ms since the Unix epoch
 * @throws (the edit) DomainError `attributes_changed` if an attribute is not as the entry left it, or the customer has got something since it was
 * created; `nothing_to_undo` if all attributes are as before the entry, and `isRepeated`
 */
export function undoEdit(
  entry: Pick<HistoryEntry, 'action' | 'at' | 'changes'>,
  now: number,
  isRepeated = false,
): CustomerEdit {
  const edits = readChanges(entry.changes);
  return (state) => {
    if (state.deletedAt !== undefined && entry.at < state.deletedAt) throw madeAnew(state.id);
    if (isRepeated && edits.every(({ name, from }) => valueOf(state, name) === from)) throw nothingToUndo();
    const changed = edits.filter(({ name, to }) => !isEqual(valueOf(state, name), to)).map(({ name }) => name);
    if (entry.action === 'created') changed.push(...addedSince(state, edits));
    if (changed.length > 0) throw attributesChanged(state.id, changed);
    if (undoDeletesOrRestores(entry)) {
      if (state.events.size > 0 && entry.action === 'created') throw hasEvents(state.id);
      deleteCustomer(state, now);
      return;
    }
    patchAttributes(
      state,
      edits.map(({ name, from }) => ({ name, value: from })),
      now,
    );
  };
}

/**
 * Makes the edit that takes away the label that a bulk edit put on, or puts it back.
 * @throws (the edit) DomainError `customer_not_found`, `attributes_changed` if the customer was made anew since, `nothing_to_undo` if the label is as
 * before the bulk edit, `too_many_labels`
 */
export function undoLabelEdit({ label, isAdded, at }: LabelEdit): CustomerEdit {
  return (state, current) => {
    if (!current) throw customerNotFound(state.id);
    if (state.deletedAt !== undefined && at < state.deletedAt) throw madeAnew(state.id);
    if (readLabels(state.labels).includes(label) !== isAdded) throw nothingToUndo();
    if (isAdded) removeLabel(state, label);
    else addLabel(state, label);
  };
}

export function nothingToUndo(): DomainError {
  return new DomainError('nothing_to_undo', 'Everything is as it was before: there is nothing to undo.');
}

/** Numbers are equal if their values are: 1.0 is 1. */
function isEqual(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && comparableJson(a) === comparableJson(b));
}

function valueOf({ attributes }: CustomerState, name: string): string | null {
  return attributes.get(name)?.value ?? null;
}

function addedSince({ attributes }: CustomerState, edits: readonly AttributeEdit[]): string[] {
  const known = new Set(edits.map(({ name }) => name));
  return [...attributes].flatMap(([name, { value }]) => (value === null || known.has(name) ? [] : [name]));
}

/** The error for an entry of a customer that was deleted since, and is there again. */
export function madeAnew(id: string): DomainError {
  const message = `Customer ${JSON.stringify(id)} was deleted since, and is there again. Edit the customer instead.`;
  return new DomainError('attributes_changed', message);
}

function hasEvents(id: string): DomainError {
  const message = `Customer ${JSON.stringify(id)} has got events since it was created. Delete it instead.`;
  return new DomainError('attributes_changed', message);
}

function attributesChanged(id: string, names: readonly string[]): DomainError {
  const first = names.slice(0, MOST_NAMED);
  const list = first.map((name) => JSON.stringify(name)).join(', ') + (names.length > first.length ? ', …' : '');
  return new DomainError(
    'attributes_changed',
    `Customer ${JSON.stringify(id)} was changed since: ${list}. Nothing was undone. Edit the customer instead.`,
    first.map((name) => ({ field: `attributes.${name}`, message: 'It was changed since.' })),
  );
}
