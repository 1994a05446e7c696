import { IGNORED_ATTRIBUTE, isAttributeName, serialiseAttributeValue } from '../message/attribute.js';
import type { CustomerEdit } from './customer-repository.js';
import { attributesToPatch, deleteCustomer, patchAttributes } from './edit.js';
import { customerNotFound, DomainError } from '../errors.js';
import type { Json } from '../json.js';
import { LIMITS } from '../limits.js';
import { hasUnsupportedCharacter, jsonHasUnsupportedCharacter } from '../text.js';

/** The action of a bulk edit, done to each of its customers. */
export type BulkAction =
  | { readonly does: 'delete' }
  | { readonly does: 'set'; readonly name: string; readonly value: Json }
  | { readonly does: 'remove'; readonly name: string };

/**
 * Checks the members of an action that would be wrong for every customer.
 * @throws DomainError `invalid_request` that names the member of `action`
 */
export function checkBulkAction(action: BulkAction): void {
  if (action.does === 'delete') return;
  const field = action.does === 'set' ? 'action.set.name' : 'action.remove';
  if (action.name === IGNORED_ATTRIBUTE) throw refusal(field, 'The id of a customer cannot be changed.');
  if (!isAttributeName(action.name) || hasUnsupportedCharacter(action.name)) {
    throw refusal(
      field,
      `${field} is the name of an attribute: 1 to ${LIMITS.attributeNameBytes} bytes, not "__proto__", without U+0000 or half of a surrogate pair.`,
    );
  }
  if (action.does === 'remove') return;
  const value = serialiseAttributeValue(action.value);
  if (value === undefined || (value !== null && jsonHasUnsupportedCharacter(value))) {
    throw refusal(
      'action.set.value',
      `action.set.value has at most ${LIMITS.attributeValueBytes} bytes as JSON, its numbers at most ${LIMITS.numberDigits} digits before and after the point, and no U+0000 or half of a surrogate pair.`,
    );
  }
}

/**
 * Makes the edit of each customer, by the rules of a PATCH or a DELETE. The edit throws what these refuse.
 * @param now ms since the Unix epoch
 */
export function bulkEdit(action: BulkAction, now: number): CustomerEdit {
  if (action.does === 'delete') {
    return (state, current) => {
      if (!current) throw customerNotFound(state.id);
      deleteCustomer(state, now);
    };
  }
  const value = action.does === 'set' ? action.value : null;
  return (state, current) => {
    if (!current) throw customerNotFound(state.id);
    patchAttributes(state, attributesToPatch({ [action.name]: value }), now);
  };
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
