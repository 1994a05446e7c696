import {
  IGNORED_ATTRIBUTE,
  isAttributeName,
  serialiseAttributeValue,
  type AttributeChange,
} from '../message/attribute.js';
import type { CustomerEdit } from './customer-repository.js';
import type { CustomerState } from './customer.js';
import { attributesToPatch, deleteCustomer, patchAttributes } from './edit.js';
import { customerNotFound, DomainError } from '../errors.js';
import { comparableJson, parseJson, type Json } from '../json.js';
import { addLabel, checkLabel, removeLabel } from './labels.js';
import { LIMITS } from '../limits.js';
import { hasUnsupportedCharacter, jsonHasUnsupportedCharacter } from '../text.js';

/** The action of a bulk edit, done to each of its customers. */
export type BulkAction =
  | { readonly does: 'delete' }
  | { readonly does: 'set'; readonly name: string; readonly value: Json }
  | { readonly does: 'remove'; readonly name: string }
  | {
      readonly does: 'rename';
      readonly name: string;
      /** The new name. */
      readonly to: string;
    }
  | { readonly does: 'add_label' | 'remove_label'; readonly name: string };

/**
 * Checks the members of an action that would be wrong for every customer.
 * @throws DomainError `invalid_request` that names the member of `action`
 */
export function checkBulkAction(action: BulkAction): void {
  switch (action.does) {
    case 'delete':
      return;
    case 'add_label':
    case 'remove_label':
      checkLabel(action.name, `action.${action.does}`);
      return;
    case 'remove':
      checkName('action.remove', action.name);
      return;
    case 'rename':
      checkName('action.rename.from', action.name);
      checkName('action.rename.to', action.to);
      if (action.to === action.name) throw refusal('action.rename.to', 'The new name is the old one.');
      return;
    case 'set':
      checkName('action.set.name', action.name);
      checkValue(action.value);
      return;
    default:
      action satisfies never;
  }
}

function checkValue(json: Json): void {
  const value = serialiseAttributeValue(json);
  if (value === undefined || (value !== null && jsonHasUnsupportedCharacter(value))) {
    throw refusal(
      'action.set.value',
      `action.set.value has at most ${LIMITS.attributeValueBytes} bytes as JSON, its numbers at most ${LIMITS.numberDigits} digits before and after the point, and no U+0000 or half of a surrogate pair.`,
    );
  }
}

function checkName(field: string, name: string): void {
  if (name === IGNORED_ATTRIBUTE) throw refusal(field, 'The id of a customer cannot be changed.');
  if (isAttributeName(name) && !hasUnsupportedCharacter(name)) return;
  throw refusal(
    field,
    `${field} is the name of an attribute: 1 to ${LIMITS.attributeNameBytes} bytes, not "__proto__", without U+0000 or half of a surrogate pair.`,
  );
}

/**
 * Makes the edit of each customer, by the rules of a PATCH or a DELETE. The edit throws what these refuse.
 * @param now ms since the Unix epoch
 */
export function bulkEdit(action: BulkAction, now: number): CustomerEdit {
  switch (action.does) {
    case 'delete':
      return existing((state) => deleteCustomer(state, now));
    case 'set':
      return existing((state) => {
        const changes = attributesToPatch({ [action.name]: action.value });
        if (!changes.every((change) => isSet(state, change))) patchAttributes(state, changes, now);
      });
    case 'remove':
      return existing((state) => patchAttributes(state, attributesToPatch({ [action.name]: null }), now));
    case 'rename':
      return existing((state) => renameAttribute(state, action.name, action.to, now));
    case 'add_label':
      return existing((state) => addLabel(state, action.name));
    case 'remove_label':
      return existing((state) => removeLabel(state, action.name));
    default:
      return action satisfies never;
  }
}

/** True if the customer has an equal value, also in other characters: 1.0 is 1. */
function isSet(state: CustomerState, { name, value }: AttributeChange): boolean {
  const current = state.attributes.get(name)?.value ?? null;
  if (current === null || value === null) return current === value;
  return comparableJson(current) === comparableJson(value);
}

/** The edit of a customer that exists. */
function existing(edit: (state: CustomerState) => void): CustomerEdit {
  return (state, current) => {
    if (!current) throw customerNotFound(state.id);
    edit(state);
  };
}

/**
 * Moves the value of an attribute and its time to another name. Without the attribute nothing changes.
 * @throws DomainError `attribute_exists` if the customer has an attribute of the new name; `invalid_request` as for a PATCH
 */
function renameAttribute(state: CustomerState, from: string, to: string, now: number): void {
  const moved = state.attributes.get(from);
  if (moved?.value === undefined || moved.value === null) return;
  const target = state.attributes.get(to);
  if (target && target.value !== null) {
    const message = `Customer ${JSON.stringify(state.id)} has an attribute ${JSON.stringify(to)} already.`;
    throw new DomainError('attribute_exists', message);
  }
  attributesToPatch({ [from]: null, [to]: parseJson(moved.value) });
  patchAttributes(state, [{ name: from, value: null }], now);
  // A tombstone of the new name may be later.
  const timestamp = Math.max(moved.timestamp, target?.timestamp ?? 0);
  state.attributes.set(to, { value: moved.value, timestamp });
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
