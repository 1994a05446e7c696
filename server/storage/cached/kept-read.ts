import type { CacheSerializer } from 'bentocache/types';

/** A read as it is kept. */
export interface KeptRead {
  readonly json: string;
  /** When it was begun, in milliseconds by the clock of the process that read. */
  readonly at: number;
  /** The same by the clock that processes share; NaN where that is not known. */
  readonly date: number;
  /** Names the process that read. */
  readonly by: string;
}

/** What bentocache keeps: a value, and when it was put there and may go, in milliseconds since 1970 by the clock of that machine. */
interface Entry {
  readonly value: KeptRead;
  readonly createdAt: number;
  readonly logicalExpiration: number;
}

/** The JSON as it is, after a line of what is known of it: as JSON in JSON it would take twice the time, and more room. */
export const keptRead: CacheSerializer = {
  serialize: ({ value: { json, at, date, by }, createdAt, logicalExpiration }: Entry): string =>
    `${createdAt} ${logicalExpiration} ${at} ${date} ${by}\n${json}`,

  deserialize: (text: string): Entry => {
    const end = text.indexOf('\n');
    const [createdAt, logicalExpiration, at, date, by] = text.slice(0, end).split(' ');
    return {
      value: { json: text.slice(end + 1), at: Number(at), date: Number(date), by },
      createdAt: Number(createdAt),
      logicalExpiration: Number(logicalExpiration),
    };
  },
};
