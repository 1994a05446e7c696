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

/** The purpose of a permission, for whoever makes a token. */
export const PERMISSION_HINT: Readonly<Record<Permission, string>> = {
  read: $localize`List, find and open customers, segments and the overview.`,
  write: $localize`Create and change customers, labels, notes and segments.`,
  delete: $localize`Delete, erase, restore and suppress customers.`,
  export: $localize`Take customers or the audit out as files.`,
  ingest: $localize`Send messages, files and spreadsheets.`,
  manage: $localize`Invite users, make tokens and sources, read the audit.`,
};

export const PERMISSION_TEXT: Readonly<Record<Permission, string>> = {
  read: $localize`See customers`,
  write: $localize`Edit customers`,
  delete: $localize`Delete customers`,
  export: $localize`Export`,
  ingest: $localize`Ingest messages`,
  manage: $localize`Manage users and tokens`,
};
