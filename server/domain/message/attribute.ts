import { writeJson, type Json } from '../json.js';
import { LIMITS, utf8Length } from '../limits.js';
import { hasUnsupportedCharacter, jsonHasUnsupportedCharacter } from '../text.js';

export type AttributeDefect = 'invalid_attribute_name' | 'invalid_attribute_value' | 'unsupported_character';

/** A change of one attribute by a message or an edit: the new value as JSON text, or null to remove the attribute. */
export interface AttributeChange {
  readonly name: string;
  readonly value: string | null;
}

/** `id` inside `data` is ignored: the identity of a customer is its `user_id`. */
export const IGNORED_ATTRIBUTE = 'id';

/** True for a name of 1 to 150 bytes other than `__proto__`. `constructor`, `toString` and the like are ordinary names. */
export function isAttributeName(name: string): boolean {
  if (name === '' || name === '__proto__' || name.length > LIMITS.attributeNameBytes) return false;
  return utf8Length(name) <= LIMITS.attributeNameBytes;
}

/** The number of attributes in the `data` of a message or in the attributes of a body. */
export function attributesIn(data: Readonly<Record<string, unknown>>): number {
  return Object.keys(data).length - (Object.hasOwn(data, IGNORED_ATTRIBUTE) ? 1 : 0);
}

/**
 * Writes a value as JSON text. Numbers keep their characters.
 * @param keepsEmptyText true if `""` is a value
 * @returns null if the value removes the attribute (`null` and `""`); undefined if its JSON has more than 10 000 bytes or it holds
 * a number of more than 400 digits before or after its point
 */
export function serialiseAttributeValue(value: Json, keepsEmptyText = false): string | null | undefined {
  if (value === null || (value === '' && !keepsEmptyText)) return null;
  let text: string;
  try {
    text = writeJson(value);
  } catch (error) {
    // A number has too many digits.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return text.length <= LIMITS.attributeValueBytes && utf8Length(text) <= LIMITS.attributeValueBytes ? text : undefined;
}

/**
 * Reads the attributes of a message or of a request body. Checks in the order of the contract: all names, then all values, then
 * all characters. The first rule that fails gives the defect and the attribute that breaks it.
 * @param keepsEmptyText true if `""` is a value; else it removes its attribute
 */
export function readAttributes(
  data: Readonly<Record<string, unknown>>,
  keepsEmptyText = false,
): { ok: true; changes: AttributeChange[] } | { ok: false; defect: AttributeDefect; attribute: string } {
  const names = Object.keys(data).filter((name) => name !== IGNORED_ATTRIBUTE);
  for (const name of names) {
    if (!isAttributeName(name)) return { ok: false, defect: 'invalid_attribute_name', attribute: name };
  }
  const changes: AttributeChange[] = [];
  for (const name of names) {
    // Safe: `data` was parsed from JSON, so its members are JSON.
    const value = serialiseAttributeValue(data[name] as Json, keepsEmptyText);
    if (value === undefined) return { ok: false, defect: 'invalid_attribute_value', attribute: name };
    changes.push({ name, value });
  }
  for (const { name, value } of changes) {
    if (hasUnsupportedCharacter(name) || (value !== null && jsonHasUnsupportedCharacter(value))) {
      return { ok: false, defect: 'unsupported_character', attribute: name };
    }
  }
  return { ok: true, changes };
}
