import { join } from 'node:path';
import { Random } from '../../server/generation/random.js';
import { expectSound } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { newPostgresSchema } from '../support/postgres-schema.js';
import { ServerProcess } from '../support/server-process.js';
import { IS_THOROUGH } from '../support/thorough.js';
import { until } from '../support/until.js';

/** Kills of a server over each engine. */
const KILLS = IS_THOROUGH ? 34 : 1;
const CLIENTS = 50;
const CUSTOMERS = 40;
/** Upper bound of the answers before a kill. */
const MOST_ANSWERS = 400;
/** The most messages of a request. */
const MOST_MESSAGES = 20;
const SEED = 20_261_128;

jest.setTimeout(IS_THOROUGH ? 1_500_000 : 300_000);

/** An event whose name occurs once in the test: its count says how often it was applied. */
interface Sent {
  readonly id: string;
  readonly name: string;
  readonly customer: string;
}

/** A request of a client: where and how it sends some events. */
interface Sending {
  readonly path: string;
  readonly body: string;
  readonly events: readonly Sent[];
}

/** Clients in the formats of all vendors, each with one request at a time. */
class LiveClients {
  readonly answered: Sending[] = [];
  readonly unanswered: Sending[] = [];
  readonly ended: Promise<unknown>;

  constructor(
    private readonly url: string,
    private readonly random: Random,
    private readonly round: string,
  ) {
    this.ended = Promise.all(Array.from({ length: CLIENTS }, (_, client) => this.run(client)));
  }

  private async run(client: number): Promise<void> {
    for (let n = 0; ; n++) {
      const sending = this.make(client, n);
      const status = await post(this.url, sending).catch(() => undefined);
      if (status !== undefined && status < 300) this.answered.push(sending);
      else {
        this.unanswered.push(sending);
        if (status === undefined) return;
        // A server that waits too long for its turn, on a busy machine, says so. What it was sent counts as unanswered.
        expect(status).toBe(503);
      }
    }
  }

  private make(client: number, n: number): Sending {
    const kind = client % 4;
    const count = kind === 3 ? 1 : 1 + this.random.below(MOST_MESSAGES);
    const events = Array.from({ length: count }, (_, at): Sent => {
      const name = `${this.round}-${client}-${n}-${at}`;
      return { id: `id-${name}`, name, customer: `c${this.random.below(CUSTOMERS)}` };
    });
    return { ...requestOf(kind, events), events };
  }
}

function requestOf(kind: number, events: readonly Sent[]): { path: string; body: string } {
  switch (kind) {
    case 0: {
      const lines = events.map(({ id, name, customer }) =>
        JSON.stringify({ id, type: 'event', name, user_id: customer, timestamp: 1_700_000_000 }),
      );
      return { path: '/messages', body: `${lines.join('\n')}\n` };
    }
    case 1: {
      const batch = events.map(({ id, name, customer }) => ({
        type: 'track',
        messageId: id,
        event: name,
        userId: customer,
      }));
      return { path: '/v1/batch', body: JSON.stringify({ batch }) };
    }
    case 2: {
      const batch = events.map(({ id, name, customer }) => ({
        type: 'person',
        action: 'event',
        identifiers: { id: customer },
        id,
        name,
      }));
      return { path: '/api/v2/batch', body: JSON.stringify({ batch }) };
    }
    default: {
      const [{ id, name, customer }] = events;
      return { path: `/api/v1/customers/${customer}/events`, body: JSON.stringify({ id, name }) };
    }
  }
}

async function post(url: string, { path, body }: Sending): Promise<number> {
  const answer = await fetch(url + path, { method: 'POST', body });
  await answer.arrayBuffer();
  return answer.status;
}

/** The count of each event, over all customers. */
async function countsOf(url: string): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${url}/customers?per_page=10000`);
  const { customers } = (await answer.json()) as { customers: { events: Record<string, number> }[] };
  return new Map(customers.flatMap(({ events }) => Object.entries(events)));
}

const namesOf = (sendings: readonly Sending[]): string[] =>
  sendings.flatMap(({ events }) => events.map(({ name }) => name));

describe.each(['SQLite', 'PostgreSQL'])('live messages over %s', (engine) => {
  const folder = temporaryFolder();
  let remove: () => Promise<void> = async () => undefined;
  afterAll(async () => {
    await remove();
    folder.remove();
  });

  it('are there once if they were answered, and at most once else, however often the server is killed', async () => {
    let database = `file:${join(folder.path, 'live.db')}`;
    if (engine === 'PostgreSQL') {
      const schema = await newPostgresSchema();
      database = schema.url;
      remove = () => schema.drop();
    }
    const env = { DATABASE_URL: database, DATA_DIR: folder.path, LOG_LEVEL: 'fatal' };
    const random = new Random(SEED);
    const answered: Sending[] = [];
    const unanswered: Sending[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const server = await ServerProcess.start(env);
      const clients = new LiveClients(server.url, random, String(kill));
      const most = 1 + random.below(MOST_ANSWERS);
      await until(async () => clients.answered.length >= most);
      await server.kill();
      await clients.ended;
      await expectSound(database);
      answered.push(...clients.answered);
      unanswered.push(...clients.unanswered);
    }
    const server = await ServerProcess.start(env);
    const after = await countsOf(server.url);
    expect(namesOf(answered).filter((name) => after.get(name) !== 1)).toEqual([]);
    expect(namesOf(unanswered).filter((name) => (after.get(name) ?? 0) > 1)).toEqual([]);
    // All messages of a request are there, or none is.
    for (const { events } of unanswered) {
      expect(new Set(events.map(({ name }) => after.get(name) ?? 0)).size).toBe(1);
    }
    for (const sending of [...unanswered, ...answered.slice(-CLIENTS)])
      expect(await post(server.url, sending)).toBe(200);
    const all = await countsOf(server.url);
    const names = namesOf([...answered, ...unanswered]);
    expect(names.filter((name) => all.get(name) !== 1)).toEqual([]);
    expect(all.size).toBe(names.length);
    expect(await server.stop()).toBe(0);
    await expectSound(database);
  });
});
