import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { MIGRATIONS as POSTGRES } from '../../server/storage/postgres/database/schema.js';
import { MIGRATIONS as SQLITE } from '../../server/storage/sqlite/database/schema.js';
import { newPostgresSchema } from '../support/postgres-schema.js';

/** The numbers of the migrations to milliseconds. */
const SQLITE_TIMES = 5;
const POSTGRES_TIMES = 4;
const ODD = [
  '',
  '"',
  '\\',
  '\\"',
  '\\\\',
  '":1,"',
  '\\":1,\\"',
  '0',
  ':',
  '1',
  '}',
  '{"a":1}',
  '\n\t\b\f\r\u0001\u001f\u007f',
  '\u2028',
  'é',
  'ｚ',
  '😀',
  '__proto__',
];

interface Customer {
  readonly id: number;
  readonly times: readonly (readonly [name: string, seconds: number])[];
  readonly lastUpdated: number;
  readonly deletedAt: number;
}

const seconds = fc.oneof(fc.constantFrom(0, 1, 10, 1000), fc.integer({ min: 0, max: 99_999_999_999 }));
const name = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('\0') && text.isWellFormed()),
);
const times = fc.uniqueArray(fc.tuple(name, seconds), { selector: ([key]) => key, maxLength: 20 });
const customers: readonly Customer[] = [
  { id: 0, times: ODD.map((text, at) => [text, at % 2]), lastUpdated: 0, deletedAt: 0 },
  ...fc
    .sample(fc.record({ times, lastUpdated: seconds, deletedAt: seconds }), 300)
    .map((customer, at) => ({ id: at + 1, ...customer })),
];

function json(entries: Customer['times'], factor: number): string {
  return `{${entries.map(([key, time]) => `${JSON.stringify(key)}:${time * factor}`).join(',')}}`;
}

const expected = customers.map(({ id, times: entries, lastUpdated, deletedAt }) => ({
  id,
  attribute_times: json(entries, 1000),
  last_updated: lastUpdated * 1000,
  deleted_at: deletedAt * 1000 + 999,
}));

describe('the migration to milliseconds keeps every name, and multiplies every time', () => {
  it('in SQLite', () => {
    const database = new DatabaseSync(':memory:');
    for (const migration of SQLITE.slice(0, SQLITE_TIMES - 1)) database.exec(migration);
    const customer = database.prepare("INSERT INTO customers VALUES (?, ?, '{}', '{}', ?, ?)");
    const deletion = database.prepare('INSERT INTO deletions VALUES (?, ?)');
    for (const { id, times: entries, lastUpdated, deletedAt } of customers) {
      customer.run(id, id, lastUpdated, json(entries, 1));
      deletion.run(id, deletedAt);
    }
    database.exec(SQLITE[SQLITE_TIMES - 1]);
    const rows = database
      .prepare(
        'SELECT key AS id, attribute_times, last_updated, deleted_at FROM customers JOIN deletions USING (key) ORDER BY key',
      )
      .all();
    expect(rows.map((row) => ({ ...(row as object) }))).toEqual(expected);
    database.close();
  });

  it('in PostgreSQL', async () => {
    const schema = await newPostgresSchema();
    try {
      for (const migration of POSTGRES.slice(0, POSTGRES_TIMES - 1).flat()) await schema.query(migration);
      for (const { id, times: entries, lastUpdated, deletedAt } of customers) {
        await schema.query(
          `INSERT INTO customers VALUES ('${id}', '${id}', '{}', '{}', $1, ${lastUpdated}, ${deletedAt}, NULL)`.replace(
            '$1',
            quoted(json(entries, 1)),
          ),
        );
      }
      await schema.query(
        "INSERT INTO customers VALUES ('deleted', '', NULL, NULL, NULL, NULL, 5, NULL), ('alive', '', '{}', '{}', '{}', 5, NULL, NULL)",
      );
      for (const migration of [POSTGRES[POSTGRES_TIMES - 1]].flat()) await schema.query(migration);
      const rows = await schema.query(
        "SELECT customer_id::int AS id, attribute_times, last_updated, deleted_at FROM customers WHERE position <> '' ORDER BY 1",
      );
      expect(
        rows.map((row) => ({ ...row, last_updated: Number(row.last_updated), deleted_at: Number(row.deleted_at) })),
      ).toEqual(expected);
      expect(
        await schema.query(
          "SELECT attribute_times AS times, last_updated::int AS updated, deleted_at::int AS deleted FROM customers WHERE position = '' ORDER BY customer_id",
        ),
      ).toEqual([
        { times: '{}', updated: 5000, deleted: null },
        { times: null, updated: null, deleted: 5999 },
      ]);
    } finally {
      await schema.drop();
    }
  });
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
