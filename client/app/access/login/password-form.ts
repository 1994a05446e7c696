import { FormControl } from '@angular/forms';

/** The fields of the pages on which a person sets a password. */
export function passwordForm() {
  const text = (): FormControl<string> => new FormControl('', { nonNullable: true });
  return { code: text(), name: text(), email: text(), password: text() };
}
