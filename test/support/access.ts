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
