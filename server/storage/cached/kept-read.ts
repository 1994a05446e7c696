import type { DatedJson } from '../../domain/customer/customer-repository.js';

/** A read as it is kept. Times are in milliseconds. */
export interface KeptRead extends DatedJson {
  readonly json: string;
  /** When it was begun, by the clock of the process that has it here. */
  readonly at: number;
  /** The same by the clock that processes share; NaN where that is not known. */
  readonly date: number;
}

/** What bentocache keeps: a value, and when it was put there and may go, since 1970 by the clock of that machine. */
export interface KeptEntry {
  readonly value: KeptRead;
  readonly createdAt: number;
  readonly logicalExpiration: number;
}

/**
 * A read as text: the JSON as it is, after a line of what is known of it. As JSON in JSON it would take twice the time, and more room. By the
 * clock of another process it has no date.
 */
export const keptRead = {
  serialize: ({ value: { json, date }, createdAt, logicalExpiration }: KeptEntry): string =>
    `${createdAt} ${logicalExpiration} ${date}\n${json}`,

  deserialize: (text: string): KeptEntry => {
    const end = text.indexOf('\n');
    const [createdAt, logicalExpiration, date] = text.slice(0, end).split(' ').map(Number);
    const value: KeptRead = { json: text.slice(end + 1), at: NaN, date, from: 'cache' };
    return { value, createdAt, logicalExpiration };
  },
};
