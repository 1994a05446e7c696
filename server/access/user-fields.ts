import { ValidateBy } from 'class-validator';
import { EMAIL_BYTES, isUserEmail, isVisibleName, NAME_CHARACTERS } from './user-texts.js';

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
