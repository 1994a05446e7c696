import { DomainError } from '../errors.js';
import { LIMITS, utf8Length } from '../limits.js';
import { compareCodePoints, hasControlCharacter, hasUnsupportedCharacter } from '../text.js';
import type { CustomerState } from './customer.js';

/** The number of customers that have a label. */
export interface LabelCount {
  readonly name: string;
  readonly customers: number;
}

const NONE: readonly string[] = [];

/** Reads the labels of a stored customer, in the order of code points. */
export function readLabels(json: string | undefined): readonly string[] {
  // Safe: written by writeLabels.
  return json === undefined ? NONE : (JSON.parse(json) as string[]);
}

/** Writes labels for {@link readLabels}. */
export function writeLabels(labels: Iterable<string>): string | undefined {
  const sorted = [...new Set(labels)].sort(compareCodePoints);
  return sorted.length > 0 ? JSON.stringify(sorted) : undefined;
}

/** True for a text that can be a label: labels are exact, and differ if one character does. */
export function isLabel(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > LIMITS.labelBytes || utf8Length(text) > LIMITS.labelBytes) return false;
  // URL parsers take `.` and `..` out of a path.
  return !/^\.\.?$/.test(text) && text.trim() === text && !hasControlCharacter(text) && !hasUnsupportedCharacter(text);
}

/** @throws DomainError `invalid_request` that names the field */
export function checkLabel(text: string, field: string): void {
  if (isLabel(text)) return;
  const message = `${field} is text of 1 to ${LIMITS.labelBytes} bytes, without control characters, and without white space at its ends.`;
  throw new DomainError('invalid_request', message, [{ field, message }]);
}

/**
 * Adds a label to a customer. Its record stays as it is.
 * @throws DomainError `too_many_labels`
 */
export function addLabel(state: CustomerState, label: string): void {
  const labels = new Set(readLabels(state.labels)).add(label);
  if (labels.size > LIMITS.labels) {
    const message = `Customer ${JSON.stringify(state.id)} has ${LIMITS.labels} labels, which is the most. Remove one first.`;
    throw new DomainError('too_many_labels', message);
  }
  state.labels = writeLabels(labels);
}

/** Takes a label from a customer, if it has it. */
export function removeLabel(state: CustomerState, label: string): void {
  state.labels = writeLabels(readLabels(state.labels).filter((one) => one !== label));
}
