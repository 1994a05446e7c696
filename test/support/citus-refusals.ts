import { Client } from 'pg';
import { DISTRIBUTED_TABLES } from '../../server/storage/postgres/database/schema.js';

const TABLES = `(?:${DISTRIBUTED_TABLES.join('|')})\\b`;
/** Statements that Citus refuses on distributed tables, by their text. */
const REFUSED: readonly (readonly [why: string, statement: RegExp])[] = [
  // https://github.com/citusdata/citus/issues/4647
  [
    'a lock of several customers',
    new RegExp(`FROM ${TABLES}(?!.*WHERE customer_id = \\$\\d+ FOR UPDATE$).* FOR (?:UPDATE|SHARE)`, 's'),
  ],
  // https://docs.citusdata.com/en/stable/develop/reference_workarounds.html
  ['a subquery that refers to a function', new RegExp(`FROM ${TABLES} WHERE \\w+\\.customer_id = .*FROM unnest`, 's')],
  // https://github.com/citusdata/citus/blob/main/src/test/regress/expected/multi_function_in_join.out
  ['a join WITH ORDINALITY', new RegExp(`FROM ${TABLES}\\s+JOIN unnest.* WITH ORDINALITY`, 's')],
  // https://github.com/citusdata/citus/issues/5094
  ['a subquery without columns', new RegExp(`\\(\\s*SELECT\\s+FROM ${TABLES}`, 's')],
  // https://github.com/citusdata/citus/issues/356
  ['SET LOCAL in a query with other statements', /;\s*SET LOCAL\b|\bSET LOCAL\b.*;\s*\S/s],
];

/** The order of the statements of one transaction, as far as it matters for a COPY. */
interface Transaction {
  /** Customers whose shards have had a statement that Citus plans as a write. */
  readonly written: Set<string>;
  /** Customers whose shards were read before such a write, or all. */
  readonly readFirst: Set<string>;
}

/** Stands for the customers of a statement that names none. */
const ALL = 'all customers';
const DISTRIBUTED_READ = new RegExp(`(?<!DELETE )\\b(?:FROM|JOIN) ${TABLES}`, 's');
const PLANNED_WRITE = new RegExp(
  `\\b(?:DELETE FROM|UPDATE) ${TABLES}|\\bINSERT INTO ${TABLES}.*\\bON CONFLICT\\b`,
  's',
);
/** An INSERT of rows that a SELECT gives is a COPY, too. */
const COPY = new RegExp(`\\bCOPY ${TABLES}|\\bINSERT INTO ${TABLES}.*\\bSELECT\\b`, 's');

const sent = new Set<string>();
const transactions = new WeakMap<Client, Transaction>();
const unprepared = new Set<string>();

/**
 * Notes a COPY into shards that the transaction has read, but not written by a planned statement. Citus does not prepare such a COPY, so a
 * node that dies before its COMMIT loses the rows without an error.
 */
function watchOrder(client: Client, text: string, values: readonly unknown[] = []): void {
  // A new table is not distributed yet.
  if (text.includes('CREATE TABLE')) return;
  if (/^(?:BEGIN|COMMIT|ROLLBACK)(?! TO\b)/.test(text)) transactions.delete(client);
  const transaction = transactions.get(client) ?? { written: new Set(), readFirst: new Set() };
  transactions.set(client, transaction);
  const { written, readFirst } = transaction;
  const [first] = values;
  const ids = (Array.isArray(first) ? first : typeof first === 'string' ? [first] : [ALL]) as readonly string[];
  for (const statement of text.split(';')) {
    if (PLANNED_WRITE.test(statement)) {
      for (const id of [...ids, ALL]) {
        written.add(id);
        readFirst.delete(id);
      }
      continue;
    }
    if (DISTRIBUTED_READ.test(statement)) for (const id of ids) if (id === ALL || !written.has(id)) readFirst.add(id);
    if (COPY.test(statement) && readFirst.size > 0) unprepared.add(statement);
  }
}

/** Returns, once, the statements whose rows Citus loses without an error when a node dies. */
export function unpreparedCopies(): string[] {
  const found = [...unprepared];
  unprepared.clear();
  return found;
}

/** Remembers the statements of all connections from now on. */
export function watchStatements(): void {
  const query = Object.getOwnPropertyDescriptor(Client.prototype, 'query')?.value as (...values: unknown[]) => unknown;
  jest.spyOn(Client.prototype, 'query').mockImplementation(function (this: Client, ...values: unknown[]): undefined {
    const [statement, given] = values as [string | { readonly text: string; readonly values?: unknown[] }, unknown];
    const text = typeof statement === 'string' ? statement : statement.text;
    sent.add(text);
    watchOrder(this, text, typeof statement === 'string' ? valuesOf(given) : statement.values);
    // Safe: the result is passed on unread.
    return query.apply(this, values) as undefined;
  });
}

function valuesOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [];
}

/** Returns the statements since the last call that Citus is known to refuse, each with the reason. */
export function refusedStatements(): string[] {
  const refused = [...sent].flatMap((text) =>
    REFUSED.filter(([, statement]) => statement.test(text)).map(([why]) => `${why}: ${text}`),
  );
  sent.clear();
  return refused;
}
