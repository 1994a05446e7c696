import { createHash } from 'node:crypto';
import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import {
  ANYONE,
  NOWHERE,
  type AuditAction,
  type AuditDraft,
  type AuditEntry,
} from '../../server/domain/access/audit.js';
import type { NewSession } from '../../server/domain/access/session.js';
import type { NewToken } from '../../server/domain/access/token.js';
import type { NewUser } from '../../server/domain/access/user.js';
import type { ErrorCode } from '../../server/domain/errors.js';
import type { Engine } from './engine.js';

/** One millisecond after the beginning of a minute. */
export const NOW = Date.UTC(2026, 10, 28, 12, 30, 0, 1);
export const HOUR = 3_600_000;

/** The SHA-256 of a secret. */
export function hashed(secret: string): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(secret).digest());
}

export function draft(action: AuditAction, target?: string, details: AuditDraft['details'] = {}): AuditDraft {
  return { author: ANYONE, origin: NOWHERE, action, target, details };
}

export function newUser(name: string, more: Partial<NewUser> = {}): NewUser {
  return { email: `${name}@example.com`, name, role: 'admin', ...more };
}

export function newSession(userId: number, secret: string, more: Partial<NewSession> = {}): NewSession {
  return {
    hash: hashed(secret),
    userId,
    createdAt: NOW,
    endsAt: NOW + 30 * 24 * HOUR,
    address: '192.0.2.1',
    network: '192.0.2.1',
    userAgent: 'Firefox',
    sealedRefresh: undefined,
    refreshedAt: undefined,
    ...more,
  };
}

export function newToken(secret: string, more: Partial<NewToken> = {}): NewToken {
  return {
    hash: hashed(secret),
    name: secret,
    permissions: ['read'],
    creatorId: undefined,
    createdAt: NOW,
    expiresAt: undefined,
    ...more,
  };
}

/** All entries of the audit, the oldest first. */
export async function allEntries(access: AccessRepository): Promise<AuditEntry[]> {
  return [...(await access.audit({ limit: 100_000 }))].reverse();
}

/** The actions of the audit, the oldest first. */
export async function actions(access: AccessRepository): Promise<AuditAction[]> {
  return (await allEntries(access)).map(({ action }) => action);
}

/** Opens an engine, and its database over a second connection where there can be one. */
export async function openTwice(open: () => Promise<Engine>): Promise<{
  readonly engine: Engine;
  readonly access: AccessRepository;
  /** The same as `access` where there is one connection. */
  readonly other: AccessRepository;
  readonly close: () => Promise<void>;
}> {
  const engine = await open();
  const second = await engine.again?.();
  const close = async (): Promise<void> => {
    await second?.close();
    await engine.close();
  };
  return { engine, access: engine.access, other: second?.access ?? engine.access, close };
}

/** Matches an expected failure. */
export function refused(code: ErrorCode): unknown {
  return expect.objectContaining({ name: 'DomainError', code }) as unknown;
}

/** The codes of the errors, and undefined for what succeeded, sorted. */
export async function outcomes(work: readonly Promise<unknown>[]): Promise<(string | undefined)[]> {
  const results = await Promise.allSettled(work);
  return results
    .map((result) => (result.status === 'fulfilled' ? undefined : (result.reason as { readonly code: string }).code))
    .sort();
}

/** The faults that a check finds in the audit; none in an engine without a check. */
export async function auditFaults(engine: Engine): Promise<unknown[]> {
  const tables = (await engine.check?.run()) ?? [];
  return tables.filter(({ table, differences }) => table === 'audit' && differences > 0);
}
