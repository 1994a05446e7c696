import { ROLES, type Role } from '../../domain/access/permission.js';

/** The highest role that a claim names, as text or in a list; undefined for none. */
export function roleOf(claim: unknown): Role | undefined {
  const names: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  return ROLES.findLast((role) => names.includes(role));
}
