import type { AuditDraft } from '../access/audit.js';
import { eventsBetween, ignoredUntil, type CustomerChange, type KnownCustomer } from './customer-change.js';
import type { CustomerEdit, EditOutcome } from './customer-repository.js';
import { toState, toStored } from './customer.js';
import { customerSuppressed, DomainError } from '../errors.js';
import { actionOf, changesJson, editsBetween, type EditNote } from './history.js';

/**
 * Decides what an edit does to a customer.
 * @returns the change, or the DomainError with which the edit refuses
 * @throws anything else that `edit` throws
 */
export function decideEdit(known: KnownCustomer, edit: CustomerEdit, note: EditNote): CustomerChange | DomainError {
  const { id, stored: before } = known;
  const state = toState(id, before, ignoredUntil(known));
  state.suppressedAt = known.suppressedAt;
  const attributesBefore = new Map(state.attributes);
  try {
    edit(state, before);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  if (state.exists && state.suppressedAt !== undefined) return customerSuppressed(id);
  const after = state.exists ? toStored(state) : undefined;
  const attributes = editsBetween(attributesBefore, state.attributes);
  const written = [...state.attributes]
    .filter(([name, now]) => attributesBefore.get(name) !== now)
    .map(([name]) => name);
  const events = eventsBetween(before?.events, after?.events);
  const action = actionOf(before !== undefined, state.exists, attributes, note);
  const { kind: source, author } = note.actor;
  const history = action && {
    source,
    action,
    changes: changesJson(attributes),
    author: author.kind === 'anyone' ? undefined : author,
    ...(note.bulkEdit !== undefined && { bulkEdit: note.bulkEdit }),
    ...(after && action !== 'restored' && { at: after.lastUpdated }),
  };
  const { suppressedAt = null } = state;
  const { deletedAt: deletedBefore } = known;
  // The time of an erasure is written only with a customer that is made anew.
  const isWritten = state.exists || state.deletedAt !== ignoredUntil(known);
  const deletedAt = isWritten ? state.deletedAt : deletedBefore;
  const suppression = state.suppressedAt === known.suppressedAt ? undefined : { suppressedAt };
  const deletion = { deletedAt, deletedBefore, ...suppression };
  return { id, before, after, ...deletion, attributes, events, messages: undefined, history, written };
}

/** The entry of the audit that an edit writes: that of its note, if it changes a customer. */
export function auditOf({ audit }: EditNote, changes: readonly CustomerChange[]): AuditDraft | undefined {
  const changed = (change: CustomerChange): boolean =>
    (change.history ?? change.suppressedAt) !== undefined || changesLabels(change);
  return changes.some(changed) ? audit : undefined;
}

/** The changes among decisions that are written: not those of a customer that never existed and is not suppressed. */
export function changesOf(decisions: readonly (CustomerChange | DomainError)[]): CustomerChange[] {
  return decisions.flatMap((decision) => {
    if (decision instanceof DomainError) return [];
    const { before, after, deletedAt, suppressedAt } = decision;
    return (before ?? after ?? deletedAt ?? suppressedAt) === undefined ? [] : [decision];
  });
}

/** The result of a decision for its customer. */
export function outcomeOf(id: string, decision: CustomerChange | DomainError): EditOutcome {
  if (decision instanceof DomainError) return { id, changed: false, refusal: decision };
  return { id, changed: decision.history !== undefined || changesLabels(decision), refusal: undefined };
}

function changesLabels({ before, after }: CustomerChange): boolean {
  return before?.labels !== after?.labels;
}
