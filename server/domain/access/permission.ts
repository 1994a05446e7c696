/** The things that a person or a token may be allowed to do. */
export const PERMISSIONS = ['read', 'write', 'delete', 'export', 'ingest', 'manage'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['viewer', 'editor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: ['read'],
  editor: ['read', 'write', 'export', 'ingest'],
  admin: PERMISSIONS,
};

/** The permissions that a route needs, all of them; or `public` for a route that anyone may call. */
export type RoutePermission = 'public' | readonly Permission[];

/** The first needed permission that is missing; undefined when none is. */
export function missingPermission(
  granted: readonly Permission[],
  needed: readonly Permission[],
): Permission | undefined {
  return needed.find((permission) => !granted.includes(permission));
}

/** The permissions of a token: those it was made with and that its creator still has. */
export function permissionsOfToken(token: readonly Permission[], creator: readonly Permission[]): Permission[] {
  return token.filter((permission) => creator.includes(permission));
}
