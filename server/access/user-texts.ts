import { isEmail } from '../domain/customer/edit.js';
import { utf8Length } from '../domain/limits.js';
import { hasControlCharacter } from '../domain/text.js';

export const EMAIL_BYTES = 254;
export const NAME_CHARACTERS = 200;

export function isUserEmail(value: unknown): value is string {
  return isEmail(value) && utf8Length(value) <= EMAIL_BYTES && !hasControlCharacter(value);
}

export function isVisibleName(value: unknown): value is string {
  return (
    typeof value === 'string' && value.trim() !== '' && value.length <= NAME_CHARACTERS && !hasControlCharacter(value)
  );
}
