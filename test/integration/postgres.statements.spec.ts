import { openPostgres, type PostgresStorage } from '../../server/storage/postgres/open.js';
import { event, ingestLines } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';

let schema: PostgresSchema;
let storage: PostgresStorage;

beforeEach(async () => {
  schema = await newPostgresSchema();
  storage = await openPostgres({ url: schema.url, connections: 1 });
});
afterEach(async () => {
  await storage.close();
  await schema.drop();
});

it('no two statements that a connection prepares have the same name', async () => {
  const { customers, ingestions, segments, overview } = storage;
  for (const id of ['a', 'b', 'c']) {
    expect(await ingestLines(storage, [event({ id })])).toMatchObject({ events: 1 });
    expect(await segments.list()).toEqual([]);
    expect(await ingestions.list(10)).not.toEqual([]);
    expect(await customers.get('1')).toBeDefined();
    expect(await overview.read()).toBeDefined();
  }
});
