import { Permission, Role } from '../core/session';

export const PERMISSIONS: readonly Permission[] = ['read', 'write', 'delete', 'export', 'ingest', 'manage'];
export const ROLES: readonly Role[] = ['viewer', 'editor', 'admin'];

export const ROLE_TEXT: Readonly<Record<Role, string>> = {
  viewer: $localize`Viewer`,
  editor: $localize`Editor`,
  admin: $localize`Admin`,
};

export const ROLE_HINT: Readonly<Record<Role, string>> = {
  viewer: $localize`Sees everything, changes nothing.`,
  editor: $localize`Sees, edits, exports and ingests; deletes nothing.`,
  admin: $localize`May do everything, and manages users and tokens.`,
};

export const PERMISSION_TEXT: Readonly<Record<Permission, string>> = {
  read: $localize`See customers`,
  write: $localize`Edit customers`,
  delete: $localize`Delete customers`,
  export: $localize`Export`,
  ingest: $localize`Ingest messages`,
  manage: $localize`Manage users and tokens`,
};
