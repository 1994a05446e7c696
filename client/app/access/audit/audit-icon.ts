import { IconName } from '../../ui/icon';
import { AuditAction } from '../wire/audit-client';

export interface AuditIcon {
  readonly name: IconName;
  /** `bad` for what failed or took something away. */
  readonly tone: 'plain' | 'bad';
}

const plain = (name: IconName): AuditIcon => ({ name, tone: 'plain' });
const bad = (name: IconName): AuditIcon => ({ name, tone: 'bad' });

const ICONS: Readonly<Record<AuditAction, AuditIcon>> = {
  login: plain('person'),
  'login.failed': bad('alert'),
  logout: plain('leave'),
  'session.ended': plain('leave'),
  'user.created': plain('people'),
  'user.changed': plain('people'),
  'user.removed': bad('people'),
  'user.password': plain('lock'),
  'user.link': plain('key'),
  'token.created': plain('key'),
  'token.removed': bad('key'),
  'source.created': plain('plug'),
  'source.changed': plain('plug'),
  'source.key': plain('key'),
  'source.removed': bad('plug'),
  export: plain('download'),
  ingestion: plain('upload'),
  import: plain('upload'),
  'bulk-edit': plain('edit'),
  'customer.deleted': bad('trash'),
  'customer.erased': bad('trash'),
  'customer.exported': plain('download'),
  'customer.restored': plain('undo'),
  'customer.suppressed': bad('block'),
  'customer.unsuppressed': plain('check'),
  command: plain('monitor'),
  'access.closed': plain('lock'),
  'access.opened': bad('lock'),
};

/** The icon of an action. */
export function iconOf(action: AuditAction): AuditIcon {
  return ICONS[action];
}
