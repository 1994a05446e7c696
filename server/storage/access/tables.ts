import { ERASED_TABLES } from '../erased/tables.js';
import { IMPORT_TABLES } from '../imports/tables.js';
import { NOTE_TABLES } from '../notes/tables.js';
import { SOURCE_TABLES } from '../sources/tables.js';
import { TRASH_TABLES } from '../trash/tables.js';
import { query, type Value, type Work } from './statement.js';

/** The tables of access with their columns, the same in both engines. The first `key` columns tell a row from all others. */
export const ACCESS_TABLES = {
  users: {
    key: 1,
    columns: [
      ...['id', 'email', 'name', 'role', 'is_disabled', 'password_hash', 'issuer', 'subject', 'may_be_linked'],
      ...['created_at', 'last_seen_at'],
    ],
  },
  sessions: {
    key: 1,
    columns: [
      ...['id', 'hash', 'user_id', 'created_at', 'used_at', 'ends_at', 'address', 'user_agent', 'sealed_refresh'],
      'refreshed_at',
    ],
  },
  tokens: {
    key: 1,
    columns: ['id', 'hash', 'name', 'permissions', 'creator_id', 'created_at', 'expires_at', 'used_at'],
  },
  one_time_codes: { key: 1, columns: ['hash', 'purpose', 'user_id', 'ends_at', 'wrong_tries'] },
  login_failures: { key: 3, columns: ['email', 'address', 'at', 'tries', 'noted'] },
  audit: {
    key: 1,
    columns: [
      ...['id', 'at', 'author_kind', 'author_id', 'author_name', 'action', 'target', 'target_hash', 'details'],
      ...['address', 'request_id', 'hash'],
    ],
  },
  access_state: {
    key: 1,
    columns: [
      ...['id', 'is_closed', 'last_user', 'last_session', 'last_token'],
      ...['audit_entries', 'audit_head', 'audit_key'],
    ],
  },
} as const satisfies Readonly<Record<string, { readonly key: number; readonly columns: readonly string[] }>>;

/** The tables whose rows are the same in both engines, and are copied as they are. */
export const PLAIN_TABLES = {
  ...ACCESS_TABLES,
  ...SOURCE_TABLES,
  ...TRASH_TABLES,
  ...NOTE_TABLES,
  ...ERASED_TABLES,
  ...IMPORT_TABLES,
} as const;

export type PlainTable = keyof typeof PLAIN_TABLES;

/** The tables in which a new database has rows already. Those of a copy replace them. */
const FILLED: readonly PlainTable[] = ['access_state', 'sources', 'source_state', 'erased_state', 'import_state'];

/** A row of one of the tables, by the names of its columns. */
export type PlainRow = Readonly<Record<string, Value>>;

/** The place of a row in its table; bytes are hexadecimal digits. */
type Key = readonly (string | number)[];

/** The rows that are inserted by one statement. */
const ROWS_AT_ONCE = 100;
/** The only column of a key that holds bytes. */
const BYTES = 'hash';

export function plainKey(table: PlainTable, row: PlainRow): Key {
  return keyColumns(table).map((column) => {
    const value = row[column];
    return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : (value ?? '');
  });
}

/** At most `limit` rows behind a key, in the order of keys. */
export function* readRows(table: PlainTable, after: Key | undefined, limit: number): Work<readonly PlainRow[]> {
  const columns = keyColumns(table);
  const values = (after ?? []).map((value, at) => (columns[at] === BYTES ? Buffer.from(String(value), 'hex') : value));
  const list = columns.join(', ');
  const where = after ? `WHERE (${list}) > (${columns.map((_, at) => `$${at + 2}`).join(', ')})` : '';
  const all = PLAIN_TABLES[table].columns.join(', ');
  return yield* query<PlainRow>(`SELECT ${all} FROM ${table} ${where} ORDER BY ${list} LIMIT $1`, limit, ...values);
}

/** Inserts rows into a table of a new database. */
export function* insertRows(table: PlainTable, rows: readonly PlainRow[]): Work<void> {
  const { columns } = PLAIN_TABLES[table];
  if (FILLED.includes(table)) for (const { id } of rows) yield* query(`DELETE FROM ${table} WHERE id = $1`, id);
  for (let from = 0; from < rows.length;) {
    // One or many: so there are two statements for each table.
    const count = rows.length - from < ROWS_AT_ONCE ? 1 : ROWS_AT_ONCE;
    const some = rows.slice(from, (from += count));
    const places = some.map((_, row) => `(${columns.map((__, at) => `$${row * columns.length + at + 1}`).join(', ')})`);
    yield* query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${places.join(', ')}`,
      ...some.flatMap((row) => columns.map((column) => row[column])),
    );
  }
}

function keyColumns(table: PlainTable): readonly string[] {
  const { columns, key } = PLAIN_TABLES[table];
  return columns.slice(0, key);
}
