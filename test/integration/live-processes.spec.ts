import { join } from 'node:path';
import { openPostgres } from '../../server/storage/postgres/open.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { GroupCommit } from '../../server/live/group-commit.js';
import { liveMessages } from '../contracts/live-messages.contract.js';
import { expectAgreement } from '../support/agreement.js';
import { temporaryFolder, type Engine } from '../support/engine.js';
import { attributes, event, ingestLines, shown, TIME } from '../support/messages.js';
import { newPostgresSchema } from '../support/postgres-schema.js';

type Storage = Omit<Engine, 'close'> & { close(): Promise<void> };

/** Two processes, as far as the database can tell, and what removes it. */
interface Processes {
  readonly all: readonly Storage[];
  readonly remove: () => void | Promise<void>;
}

async function onSqlite(): Promise<Processes> {
  const { path, remove } = temporaryFolder();
  return { all: [1, 2].map(() => openSqlite(join(path, 'roster.db'))), remove };
}

async function onPostgres(): Promise<Processes> {
  const schema = await newPostgresSchema();
  const all = [1, 2].map(() => openPostgres({ url: schema.url, connections: 4 }));
  return { all: await Promise.all(all), remove: () => schema.drop() };
}

describe.each([
  ['sqlite', onSqlite],
  ['postgres', onPostgres],
])('live messages of several processes on %s', (_, open) => {
  const users = ['1', '2', '3', 'é', 'text'];
  let processes: Processes;

  beforeEach(async () => {
    processes = await open();
  });
  afterEach(async () => {
    await expectAgreement(processes.all[0]);
    for (const storage of processes.all) await storage.close();
    await processes.remove();
  });

  it('count once, whichever process takes them, while one of them ingests them from a file', async () => {
    const lines = Array.from({ length: 200 }, (__, n) => event({ user_id: users[n % users.length] }));
    const [first] = processes.all;
    const messages = await liveMessages(first, lines);
    const sent = processes.all.map(async ({ customers }, at) => {
      const group = new GroupCommit(customers);
      const own = at === 0 ? messages : [...messages].reverse();
      const requests = Array.from({ length: 20 }, (___, n) => own.slice(n * 10, n * 10 + 10));
      return (await Promise.all(requests.map((request) => group.accept(request)))).flat();
    });
    const { events } = await ingestLines(first, lines.slice(50, 150));
    const outcomes = (await Promise.all(sent)).flat();
    expect(outcomes).toHaveLength(400);
    expect(outcomes.filter((outcome) => outcome === 'accepted').length + events).toBe(200);
    for (const { customers } of processes.all) {
      for (const id of users) {
        expect(shown(await customers.get(id))).toEqual({
          id,
          attributes: {},
          events: { page: 40 },
          last_updated: TIME,
        });
      }
    }
  });

  it('leave the values of the latest, whichever process takes them', async () => {
    const lines = Array.from({ length: 200 }, (__, n) =>
      attributes({ [`a${n % 3}`]: n, last: n }, { user_id: users[n % users.length], timestamp: TIME + (n >> 1) }),
    );
    const messages = await liveMessages(processes.all[0], lines);
    const groups = processes.all.map(({ customers }) => new GroupCommit(customers));
    await Promise.all(messages.map((message, n) => groups[n % 2].accept([message])));
    const latest = (id: string, name: string): unknown =>
      lines
        .map((line) => JSON.parse(line) as { user_id: string; data: Record<string, number> })
        .findLast(({ user_id: own, data }) => own === id && name in data)?.data[name];
    for (const id of users) {
      const expected = Object.fromEntries(['a0', 'a1', 'a2', 'last'].map((name) => [name, latest(id, name)]));
      expect(shown(await processes.all[1].customers.get(id))).toMatchObject({ attributes: expected });
    }
  });
});
