import type { Differences } from '../check/differences.js';
import { hashOf, targetHash, type AuditHead, type AuditRow } from './audit-row.js';

export const CHAIN = 'SELECT * FROM audit ORDER BY id';
export const CHAIN_STATE = 'SELECT audit_entries, audit_head, audit_key FROM access_state';

const NO_HASH = new Uint8Array(32);

/** Compares every entry of the audit with its hash, and with the entry before it. */
export class AuditChain {
  private last = 0;
  private hash: Uint8Array = NO_HASH;

  constructor(
    private readonly state: AuditHead,
    private readonly differences: Differences,
  ) {}

  /** Takes the entries in the order of their numbers. */
  take(row: AuditRow): void {
    const { differences } = this;
    const expected = hex(hashOf(this.hash, row));
    const hash = row.target === null ? row.target_hash : targetHash(this.state.audit_key, row.target);
    if (row.id !== this.last + 1) differences.add(row.id, `entry ${this.last + 1}`, `entry ${row.id}`);
    else if (expected !== hex(row.hash)) differences.add(row.id, `hash ${expected}`, `hash ${hex(row.hash)}`);
    else if (hex(hash) !== hex(row.target_hash)) differences.add(row.id, 'the target of its hash', 'another target');
    this.last = row.id;
    this.hash = row.hash;
  }

  end(): void {
    const { audit_entries: entries, audit_head: head } = this.state;
    if (this.last !== entries) this.differences.add(entries, `${entries} entries`, `${this.last} entries`);
    else if (hex(this.hash) !== hex(head)) this.differences.add(entries, `hash ${hex(head)}`, `hash ${hex(this.hash)}`);
  }
}

function hex(hash: Uint8Array | null): string {
  return hash ? Buffer.from(hash).toString('hex') : '';
}
