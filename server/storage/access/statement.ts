/** A value of a statement. */
export type Value = string | number | null | Uint8Array;

/** A statement that both engines take: its parameters are `$1`, `$2` and so on. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Value[];
}

/**
 * Work on the tables of access. It yields statements, and gets the rows of each. SQLite runs it in one go, PostgreSQL awaits every
 * statement, so the rules stand once for both.
 */
export type Work<T> = Generator<Statement, T, readonly object[]>;

/** Runs work in a transaction, or outside of one if it only reads. A failed attempt may be repeated, so `work` starts it anew. */
export interface AccessRunner {
  read<T>(work: () => Work<T>): Promise<T>;
  write<T>(work: () => Work<T>): Promise<T>;
}

/** Runs a statement. @returns its rows */
export function* query<Row extends object>(text: string, ...values: readonly Value[]): Work<readonly Row[]> {
  const rows = yield { text, values: values.map((value) => (typeof value === 'string' ? storable(value) : value)) };
  // Safe if the statement has the columns that its caller declares.
  return rows as readonly Row[];
}

/** Runs a statement. @returns its first row */
export function* first<Row extends object>(text: string, ...values: readonly Value[]): Work<Row | undefined> {
  const rows = yield* query<Row>(text, ...values);
  return rows.at(0);
}

/** Runs a statement that always gives a row. */
export function* only<Row extends object>(text: string, ...values: readonly Value[]): Work<Row> {
  const row = yield* first<Row>(text, ...values);
  if (!row) throw new Error(`No row was returned by: ${text}`);
  return row;
}

/** The text as every engine can keep it: U+0000 and lone surrogates become U+FFFD. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/** Cuts a text to at most `bytes` bytes of UTF-8. */
export function cut(text: string, bytes: number): string {
  const encoded = Buffer.from(storable(text));
  if (encoded.length <= bytes) return storable(text);
  let end = bytes;
  // A byte 10xxxxxx continues a character.
  while ((encoded[end] & 0xc0) === 0x80) end--;
  return encoded.toString('utf8', 0, end);
}
