import { Problem } from '../core/problem';

export const TEXTS = {
  email: $localize`Email`,
  name: $localize`Name`,
  password: $localize`Password`,
  newPassword: $localize`New password`,
  passwordHint: $localize`At least 10 characters.`,
} as const;

const LEAST_CHARACTERS = 10;

/** The problems of a form by the name of the field; `''` for a problem of no field. */
export type FormProblems = Readonly<Partial<Record<string, string>>>;

/** Finds the problems of required fields before they are sent. */
export function missing(fields: Readonly<Record<string, string>>): FormProblems {
  const found = Object.entries(fields).flatMap(([name, value]) => {
    if (value.trim() === '') return [[name, $localize`Fill this in.`]];
    if (name === 'email' && !/^[^\s@]+@[^\s@]+$/.test(value.trim())) return [[name, $localize`This is no email.`]];
    if (name === 'password' && Array.from(value).length < LEAST_CHARACTERS) return [[name, TEXTS.passwordHint]];
    return [];
  });
  return Object.fromEntries(found) as FormProblems; // Safe: pairs of strings.
}

/** Puts the refusals of the server to the fields that they name by the last part of their path. */
export function refused({ code, message, details }: Problem, fields: readonly string[]): FormProblems {
  switch (code) {
    case 'email_taken':
      return { email: $localize`There is a user with this email already.` };
    case 'too_many_tries':
      return { '': $localize`Too many tries. Wait a few minutes, then try again.` };
    case 'code_invalid':
      return { '': $localize`This link is wrong, was used, or is too old. Ask for a new one.` };
    case 'last_admin':
      return { '': $localize`This is the last admin. Make another user an admin first.` };
  }
  const named = details.flatMap(({ field, message: text }) => {
    const name = fields.find((one) => field === one || field.endsWith(`.${one}`));
    return name === undefined ? [] : [[name, text]];
  });
  return named.length > 0 ? (Object.fromEntries(named) as FormProblems) : { '': message }; // Safe: pairs of strings.
}

/** Moves the focus to the first field with an error, once it is drawn. */
export function focusFirstError(host: HTMLElement): void {
  host.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
}
