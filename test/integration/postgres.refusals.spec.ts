import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { openEngine } from '../../server/storage/open-engine.js';
import { openPostgres } from '../../server/storage/postgres/open.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { startRestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';
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

it('a database that does not answer is named after two seconds, without user and password', async () => {
  // An ErrorResponse of PostgreSQL, which ends the start.
  const fields = 'SFATAL\0C28P01\0Mno entry\0\0';
  const refusal = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), Buffer.from(fields)]);
  refusal.writeInt32BE(refusal.length - 1, 1);
  const sockets: Socket[] = [];
  const listener = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const url = `postgres://anna:secret@127.0.0.1:${port}/shop`;
    const opening = openEngine({ database: { kind: 'postgres', url }, databaseConnections: 2 });
    const failed = expect(opening).rejects.toThrow('no entry');
    await until(async () => said.mock.calls.length > 0);
    expect(said.mock.calls).toEqual([[`Waiting for the database at 127.0.0.1:${port}/shop …\n`]]);
    for (const socket of sockets) socket.end(refusal);
    await failed;
  } finally {
    said.mockRestore();
    listener.close();
  }
});

it('a server is not ready while its database is away', async () => {
  const proxy = await FlakyProxy.start(schema.url);
  const app = await startRestApp(await openPostgres({ url: proxy.url, connections: 2 }));
  try {
    await until(async () => (await app.get('/health/ready')).statusCode === 200);
    await proxy.close();
    const answer = await app.get('/health/ready');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({
      status: 'unavailable',
      problem: expect.stringMatching(/^The database does not answer: .+ Try again when it is back\.$/) as unknown,
    });
  } finally {
    await app.close();
  }
});
