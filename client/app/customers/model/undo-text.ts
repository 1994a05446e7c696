import { Problem } from '../../core/problem';

const ATTRIBUTE = /^attributes\.(?=.)/;

/** Tells why something was not undone. */
export function undoProblemText({ code, message, details }: Problem): string {
  const names = details.filter(({ field }) => ATTRIBUTE.test(field)).map(({ field }) => field.replace(ATTRIBUTE, ''));
  if (code !== 'customer_changed' || names.length === 0) return message;
  return $localize`Not undone, because this was changed since: ${names.join(', ')}:names:. Nothing was changed. Edit the customer instead.`;
}
