import { ValidateBy } from 'class-validator';
import { isEmail } from '../domain/customer/edit.js';
import { utf8Length } from '../domain/limits.js';
import { hasControlCharacter } from '../domain/text.js';

const EMAIL_BYTES = 254;
const NAME_CHARACTERS = 200;

/** Requires an email of a user. */
export function IsUserEmail(): PropertyDecorator {
  return ValidateBy({
    name: 'isUserEmail',
    validator: {
      validate: isUserEmail,
      defaultMessage: () => `email must be text around one "@", without white space, of at most ${EMAIL_BYTES} bytes`,
    },
  });
}

/** Requires a name that people see. */
export function IsUserName(): PropertyDecorator {
  return ValidateBy({
    name: 'isUserName',
    validator: {
      validate: isVisibleName,
      defaultMessage: () =>
        `name must have 1 to ${NAME_CHARACTERS} characters, not only white space, and no control characters`,
    },
  });
}

export function isUserEmail(value: unknown): value is string {
  return isEmail(value) && utf8Length(value) <= EMAIL_BYTES && !hasControlCharacter(value);
}

export function isVisibleName(value: unknown): value is string {
  return (
    typeof value === 'string' && value.trim() !== '' && value.length <= NAME_CHARACTERS && !hasControlCharacter(value)
  );
}
