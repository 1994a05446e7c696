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
];

const sent = new Set<string>();

/** Remembers the statements of all connections from now on. */
export function watchStatements(): void {
  const query = Object.getOwnPropertyDescriptor(Client.prototype, 'query')?.value as (...values: unknown[]) => unknown;
  jest.spyOn(Client.prototype, 'query').mockImplementation(function (this: Client, ...values: unknown[]): undefined {
    const [statement] = values as [string | { readonly text: string }];
    sent.add(typeof statement === 'string' ? statement : statement.text);
    // Safe: the result is passed on unread.
    return query.apply(this, values) as undefined;
  });
}

/** Returns the statements since the last call that Citus is known to refuse, each with the reason. */
export function refusedStatements(): string[] {
  const refused = [...sent].flatMap((text) =>
    REFUSED.filter(([, statement]) => statement.test(text)).map(([why]) => `${why}: ${text}`),
  );
  sent.clear();
  return refused;
}
