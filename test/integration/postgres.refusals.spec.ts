import { openPostgres } from '../../server/storage/postgres/open.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';

let schema: PostgresSchema;

beforeAll(async () => {
  schema = await newPostgresSchema();
});
afterAll(() => schema.drop());

const NAMES = /Look at the user, the password and the name of the database in DATABASE_URL\.$/;
const CERTIFICATES = /Look at sslmode and sslrootcert in DATABASE_URL: /;
const WRONG: readonly (readonly [what: string, change: (url: URL) => void, said: RegExp, hint: RegExp])[] = [
  ['a user whom it does not know', (url) => (url.username = 'nobody'), /"nobody"/, NAMES],
  ['a database that is not there', (url) => (url.pathname = '/nowhere'), /database "nowhere" does not exist/, NAMES],
  [
    'TLS of a server that has none',
    (url) => url.searchParams.set('sslmode', 'verify-full'),
    /The server does not support SSL connections/,
    CERTIFICATES,
  ],
  [
    'a file of certificates that is not there',
    (url) => url.searchParams.set('sslrootcert', '/nowhere.pem'),
    /no such file or directory, open '\/nowhere\.pem'/,
    CERTIFICATES,
  ],
];

it.each(WRONG)('a DATABASE_URL with %s is answered with where to look', async (_what, change, said, hint) => {
  const url = new URL(schema.url);
  change(url);
  const opening = openPostgres({ url: url.href.replaceAll('+', '%20'), connections: 2 });
  await expect(opening).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringMatching(/^The database cannot be used: /) as unknown,
  });
  const { message } = (await opening.catch((error: unknown) => error)) as Error;
  expect(message).toMatch(said);
  expect(message).toMatch(hint);
});
