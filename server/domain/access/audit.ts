/** The kinds of things that the audit records. */
export const AUDIT_ACTIONS = [
  'access.closed',
  'access.opened',
  'login',
  'login.failed',
  'logout',
  'session.ended',
  'user.created',
  'user.changed',
  'user.removed',
  'user.password',
  'user.link',
  'token.created',
  'token.removed',
  'source.created',
  'source.changed',
  'source.key',
  'source.removed',
  'export',
  'ingestion',
  'import',
  'bulk-edit',
  'customer.deleted',
  'customer.erased',
  'customer.exported',
  'customer.restored',
  'customer.suppressed',
  'customer.unsuppressed',
  'command',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The user or program that acts, as the audit and the history name it. The name stays as it was when the entry was made. */
export interface Author {
  readonly kind: 'user' | 'token' | 'source' | 'command line' | 'anyone';
  /** Number of the user, token or source. */
  readonly id: number | undefined;
  /** Email of the user, name of the token or source, or name of the user of the operating system; empty for anyone. */
  readonly name: string;
}

/** The author of a request without credentials. */
export const ANYONE: Author = { kind: 'anyone', id: undefined, name: '' };

/** The source of a request. */
export interface Origin {
  /** The address of the client; undefined on the command line. */
  readonly address: string | undefined;
  readonly requestId: string | undefined;
}

/** The origin of a command line, and of work that no request asked for. */
export const NOWHERE: Origin = { address: undefined, requestId: undefined };

/** An entry before it is written. The engine numbers, dates and chains it. */
export interface AuditDraft {
  readonly author: Author;
  readonly origin: Origin;
  readonly action: AuditAction;
  /** The customer, email, token or file that it is about; at most 1 024 bytes. An erasure blanks it. */
  readonly target: string | undefined;
  /** Further members, such as the changed role or the number of customers. Never a secret or the value of an attribute. */
  readonly details: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** The entry of what a command does. @param user name of the user of the operating system */
export function commandEntry(
  user: string,
  action: AuditAction,
  target?: string,
  details: AuditDraft['details'] = {},
): AuditDraft {
  return { author: { kind: 'command line', id: undefined, name: user }, origin: NOWHERE, action, target, details };
}

export interface AuditEntry extends AuditDraft {
  /** Number of the entry, from 1 on, without gaps. */
  readonly id: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** SHA-256 over the entry and the hash of the entry before. The target counts by its keyed hash, so blanking it keeps the chain. */
  readonly hash: Uint8Array;
}

/** Which entries of the audit are asked for. */
export interface AuditQuery {
  /** Only entries older than the one with this number. */
  readonly before?: number;
  readonly limit: number;
  readonly action?: AuditAction;
  /** The name of the author, exactly. */
  readonly author?: string;
  readonly target?: string;
  /** Milliseconds since the Unix epoch; from, included, and until, excluded. */
  readonly since?: number;
  readonly until?: number;
}
