import { Permission } from '../../core/session';

/** The purpose of a permission, for whoever makes a token. */
export const PERMISSION_HINT: Readonly<Record<Permission, string>> = {
  read: $localize`List, find and open customers, segments and the overview.`,
  write: $localize`Create and change customers, labels, notes and segments.`,
  delete: $localize`Delete, erase, restore and suppress customers.`,
  export: $localize`Take customers or the audit out as files.`,
  ingest: $localize`Send messages, files and spreadsheets.`,
  manage: $localize`Invite users, make tokens and sources, read the audit.`,
};
