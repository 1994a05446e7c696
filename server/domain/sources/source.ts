import { DomainError } from '../errors.js';
import { hasControlCharacter } from '../text.js';

/** The clients that a source is meant for. The kind decides which snippets the admin shows, and which script gets settings; not what the source takes. */
export const SOURCE_KINDS = ['http', 'segment', 'customerio', 'rudderstack'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** The source of requests to an open server with an unknown key or none, and of tokens. It is always there and has no key. */
export const DEFAULT_SOURCE = 1;

/** The most characters of the name of a source. */
export const SOURCE_NAME_CHARACTERS = 100;

/** True for a text that can be the name of a source, once white space around it is gone. */
export function isSourceName(value: unknown): value is string {
  if (typeof value !== 'string' || hasControlCharacter(value)) return false;
  const { length } = value.trim();
  return length > 0 && length <= SOURCE_NAME_CHARACTERS;
}

/** The switches of a source. */
export interface SourceSwitches {
  /** False if its key is refused. */
  readonly isOn: boolean;
  /** True if an attribute that is `""` is kept; else it is removed. */
  readonly keepsEmptyText: boolean;
  /** True if its messages may create customers. */
  readonly mayCreate: boolean;
  /** True if its calls may delete, suppress and unsuppress customers. */
  readonly mayDelete: boolean;
}

/** The switches of a source that is made without naming them. The clients of Customer.io mean a deletion that they send. */
export function defaultSwitches(kind: SourceKind): SourceSwitches {
  return { isOn: true, keepsEmptyText: false, mayCreate: true, mayDelete: kind === 'customerio' };
}

export interface Source extends SourceSwitches {
  readonly id: number;
  /** 1 to 100 characters, each name once. */
  readonly name: string;
  readonly kind: SourceKind;
  /** Milliseconds since the Unix epoch, like the other times. */
  readonly createdAt: number;
  /** The name of the author who made it; empty for anyone. */
  readonly createdBy: string;
  /** The time until which the key before the present one works; undefined if there is none. */
  readonly oldKeyUntil: number | undefined;
}

/** A source before it is stored. `keyHash` is SHA-256 of the whole key. */
export type NewSource = Pick<Source, 'name' | 'kind' | 'createdAt' | 'createdBy' | keyof SourceSwitches> & {
  readonly keyHash: Uint8Array;
};

export type SourceChange = Partial<Pick<Source, 'name' | keyof SourceSwitches>>;

/** The outcomes of live calls that are counted by source and hour. `rejected` includes `unknown_customer` and `suppressed`. */
export const CALL_OUTCOMES = ['accepted', 'duplicate', 'stale', 'anonymous', 'ignored', 'rejected'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** The number of calls of a source with one outcome in one hour. */
export interface SourceCount {
  readonly source: number;
  /** The beginning of the hour in UTC, in milliseconds since the Unix epoch. */
  readonly hour: number;
  readonly outcome: CallOutcome;
  readonly count: number;
}

/** A rejected call, as it is kept: the latest 10 000 of a source, for 30 days. */
export interface SourceReject {
  /** Ascending in the order of arrival, over all sources. */
  readonly id: number;
  readonly source: number;
  /** The time of arrival. */
  readonly at: number;
  readonly reason: string;
  /** The member that is wrong, as the vendor calls it. */
  readonly field: string | undefined;
  /** A sentence or two. */
  readonly message: string;
  /** The customer that the call names, if it can be read. */
  readonly userId: string | undefined;
  /** The call as it came, at most 64 KiB of it. */
  readonly text: string;
}

/** The source and the time of a call of a live request. */
export interface LiveCallOrigin {
  /** The number of the source. */
  readonly source: number;
  /** The time of arrival, in ms since the Unix epoch. */
  readonly arrival: number;
  /** Gives the call as it came. It is called only if the call is rejected. */
  readonly text: () => string;
}

/** The reason why a call is rejected, as it is told and kept. */
export type CallReject = Pick<SourceReject, 'reason' | 'field' | 'message'>;

/** The id that was made for a call whose answer may be lost. */
export interface RememberedId {
  /** From which the ids of the messages of the request follow. */
  readonly id: string;
  /** The time of arrival of the first request. */
  readonly arrival: number;
}

export function sourceNotFound(id: number): DomainError {
  return new DomainError('source_not_found', `There is no source with the number ${id}.`);
}

export function sourceNameTaken(name: string): DomainError {
  return new DomainError(
    'source_name_taken',
    `There is a source with the name ${JSON.stringify(name)} already. Use another name.`,
  );
}

/** @param reason such as `has no key` */
export function isDefaultSource(reason: string): DomainError {
  return new DomainError('default_source', `The default source ${reason}.`);
}
