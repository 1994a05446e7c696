import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import { rmSync } from 'node:fs';
import type { KnownCustomer } from '../domain/customer/customer-change.js';
import { packIdentities } from '../domain/customer/packed-identities.js';
import type { Identity } from '../domain/message/message-identity.js';
import { emailOf } from './email-finder.js';

/** Memory for pages of the file, in KiB. */
const CACHE_KIB = 16 * 1024;
/** Bits that tell of most ids at once that they were not tried. */
const BITS = 2 ** 24;

/**
 * The customers that a dry run would have changed, as it would have left them, and the identities that it would have added. They are in a
 * file, as a sheet may change a million customers.
 */
export class TriedCustomers {
  private readonly db: DatabaseSyncInstance;
  private readonly read: StatementSyncInstance;
  private readonly write: StatementSyncInstance;
  private readonly withEmail: StatementSyncInstance;
  private readonly readIdentity: StatementSyncInstance;
  private readonly writeIdentity: StatementSyncInstance;
  private readonly maybe = new Uint8Array(BITS / 8);

  /** @param path of a file that does not exist. It is gone after {@link close} */
  constructor(private readonly path: string) {
    this.db = new DatabaseSync(path);
    // The file is worth nothing after a crash. A journal of pages that are new is empty.
    this.db.exec(`
      PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -${CACHE_KIB};
      CREATE TABLE customers (id TEXT PRIMARY KEY, known TEXT NOT NULL, email TEXT);
      CREATE INDEX customers_by_email ON customers (email) WHERE email IS NOT NULL;
      CREATE TABLE applied (id TEXT, identity BLOB, PRIMARY KEY (id, identity)) WITHOUT ROWID;
      BEGIN`);
    this.read = this.db.prepare('SELECT known FROM customers WHERE id = ?');
    this.write = this.db.prepare('INSERT OR REPLACE INTO customers VALUES (?, ?, ?)');
    this.withEmail = this.db.prepare('SELECT id FROM customers WHERE email = ? LIMIT 2');
    this.readIdentity = this.db.prepare('SELECT 1 FROM applied WHERE id = ? AND identity = ?');
    this.writeIdentity = this.db.prepare('INSERT OR IGNORE INTO applied VALUES (?, ?)');
  }

  /** The customer as the rows before have left it; undefined if none has changed it. */
  get(id: string): KnownCustomer | undefined {
    if (!this.mayHave(id)) return undefined;
    // Safe: written by set().
    const row = this.read.get(id) as { readonly known: string } | undefined;
    return row && (JSON.parse(row.known) as KnownCustomer);
  }

  /** @param keepsEmail true if customers are looked for by their email */
  set(known: KnownCustomer, keepsEmail: boolean): void {
    const bit = hashOf(known.id);
    this.maybe[bit >>> 3] |= 1 << (bit & 7);
    const email = keepsEmail && known.stored ? emailOf(known.stored.attributes) : undefined;
    this.write.run(known.id, JSON.stringify(known), email ?? null);
  }

  /** The ids of at most two of the customers. */
  byEmail(email: string): readonly string[] {
    // Safe: the statement has this column.
    return (this.withEmail.all(email) as { readonly id: string }[]).map(({ id }) => id);
  }

  has(id: string, identity: Identity): boolean {
    return this.mayHave(id) && this.readIdentity.get(id, packIdentities([identity])) !== undefined;
  }

  add(id: string, identity: Identity): void {
    this.writeIdentity.run(id, packIdentities([identity]));
  }

  /** Removes the file. */
  close(): void {
    this.db.close();
    rmSync(this.path, { force: true });
  }

  private mayHave(id: string): boolean {
    const bit = hashOf(id);
    return (this.maybe[bit >>> 3] & (1 << (bit & 7))) !== 0;
  }
}

/** FNV-1a, within {@link BITS}. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 8)) & (BITS - 1);
}
