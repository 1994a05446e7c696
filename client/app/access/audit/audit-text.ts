import { countText } from '../../core/count-text';
import { Role } from '../../core/session';
import { ROLE_TEXT } from '../permission-text';
import { AuditAction, AuditEntry } from '../wire/audit-client';

/** The actions in the order of the filter. */
export const ACTION_TEXT: Readonly<Record<AuditAction, string>> = {
  login: $localize`Logins`,
  'login.failed': $localize`Failed logins`,
  logout: $localize`Logouts`,
  'session.ended': $localize`Ended sessions`,
  'user.created': $localize`New users`,
  'user.changed': $localize`Changed users`,
  'user.removed': $localize`Removed users`,
  'user.password': $localize`Set passwords`,
  'user.link': $localize`Links for passwords`,
  'token.created': $localize`New tokens`,
  'token.removed': $localize`Removed tokens`,
  'source.created': $localize`New sources`,
  'source.changed': $localize`Changed sources`,
  'source.key': $localize`New keys of sources`,
  'source.removed': $localize`Removed sources`,
  export: $localize`Exports`,
  ingestion: $localize`Ingestions`,
  import: $localize`Imported spreadsheets`,
  'bulk-edit': $localize`Bulk edits`,
  'customer.deleted': $localize`Deleted customers`,
  'customer.erased': $localize`Erased customers`,
  'customer.exported': $localize`Customers given out whole`,
  'customer.restored': $localize`Restored customers`,
  'customer.suppressed': $localize`Suppressed customers`,
  'customer.unsuppressed': $localize`Customers let in again`,
  command: $localize`Commands`,
  'access.closed': $localize`Access closed`,
  'access.opened': $localize`Access opened`,
};

/** An entry as a sentence: "Ada deleted customer 12". @param who the name of the author */
export function sentenceOf({ action, target: about, details }: AuditEntry, who: string): string {
  const target = about ?? '…';
  switch (action) {
    case 'login':
      return $localize`${who}:who: logged in`;
    case 'login.failed': {
      const count: unknown = details.count;
      return typeof count === 'number' && count > 1
        ? $localize`${countText(count)}:count: failed logins as ${target}:email:`
        : $localize`Failed login as ${target}:email:`;
    }
    case 'logout':
      return $localize`${who}:who: logged out`;
    case 'session.ended':
      return $localize`${who}:who: ended a session of ${target}:email:`;
    case 'user.created':
      return details.way === 'set-up'
        ? $localize`${who}:who: set Roster up, as its first user`
        : $localize`${who}:who: made the user ${target}:email:`;
    case 'user.changed':
      return $localize`${who}:who: changed the user ${target}:email:`;
    case 'user.removed':
      return $localize`${who}:who: removed the user ${target}:email:`;
    case 'user.password':
      return $localize`${who}:who: set the password of ${target}:email:`;
    case 'user.link':
      return $localize`${who}:who: made a password link for ${target}:email:`;
    case 'token.created':
      return $localize`${who}:who: made the token ${target}:name:`;
    case 'token.removed':
      return $localize`${who}:who: removed the token ${target}:name:`;
    case 'source.created':
      return $localize`${who}:who: made the source ${target}:name:`;
    case 'source.changed':
      return $localize`${who}:who: changed the source ${target}:name:`;
    case 'source.key':
      return $localize`${who}:who: changed the key of the source ${target}:name:`;
    case 'source.removed':
      return $localize`${who}:who: removed the source ${target}:name:`;
    case 'export':
      return $localize`${who}:who: exported ${target}:file:`;
    case 'ingestion':
      return $localize`${who}:who: ingested ${target}:file:`;
    case 'import':
      return $localize`${who}:who: imported the spreadsheet ${target}:file:`;
    case 'bulk-edit':
      return bulkText(who, details);
    case 'customer.deleted':
      return $localize`${who}:who: deleted customer ${target}:id:`;
    case 'customer.erased':
      return details.trash === true
        ? $localize`A customer was erased at the end of its time in the trash`
        : $localize`${who}:who: erased a customer`;
    case 'customer.exported':
      return $localize`${who}:who: read all that is kept of customer ${target}:id:`;
    case 'customer.restored':
      return $localize`${who}:who: restored customer ${target}:id:`;
    case 'customer.suppressed':
      return $localize`${who}:who: suppressed customer ${target}:id:`;
    case 'customer.unsuppressed':
      return $localize`${who}:who: let the messages of customer ${target}:id: in again`;
    case 'command':
      return $localize`${who}:who: ran ${target}:command:`;
    case 'access.closed':
      return $localize`${who}:who: closed the access: from then on nobody came in without a login`;
    case 'access.opened':
      return $localize`${who}:who: opened the access to everyone`;
    default:
      return action satisfies never;
  }
}

/** The part of the sentence that the details add, such as "role Editor". Empty for none. */
export function detailsText({ action, details }: AuditEntry): string {
  if (action === 'bulk-edit') return '';
  return Object.entries(details)
    .map(([name, value]: [string, unknown]) => detail(name, value))
    .filter((text) => text !== '')
    .join(', ');
}

function detail(name: string, value: unknown): string {
  switch (name) {
    case 'role':
      return $localize`role ${isRole(value) ? ROLE_TEXT[value] : String(value)}:role:`;
    case 'disabled':
      return value === true ? $localize`disabled` : $localize`no longer disabled`;
    case 'permissions':
      return Array.isArray(value) ? value.join(', ') : '';
    case 'email':
    case 'name':
      return $localize`now ${String(value)}:value:`;
    default:
      return '';
  }
}

function bulkText(who: string, { does, name, customers }: AuditEntry['details']): string {
  const count = countText(Number(customers));
  if (does === 'delete') return $localize`${who}:who: deleted ${count}:count: customers at once`;
  return does === 'remove'
    ? $localize`${who}:who: removed ${String(name)}:name: from ${count}:count: customers at once`
    : $localize`${who}:who: set ${String(name)}:name: of ${count}:count: customers at once`;
}

function isRole(value: unknown): value is Role {
  return typeof value === 'string' && Object.hasOwn(ROLE_TEXT, value);
}
