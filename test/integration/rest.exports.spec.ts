import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { patchAttributes } from '../../server/domain/customer/edit.js';
import type { StoredCustomer } from '../../server/domain/customer/customer.js';
import type { CustomerSnapshot } from '../../server/domain/customer/stored-customers.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { ENGINES } from '../support/engine.js';
import { allCustomers, attributes, ingestLines, TIME, UPDATED } from '../support/messages.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

/** Customers of an export: a few reads of 100. */
const CUSTOMERS = 210;

/** The values of `v` in a file. JSON lines are messages, of which a customer may have several: they are ingested. */
async function valuesOf(file: string, body: string): Promise<string[]> {
  let text = body;
  if (file.includes('.jsonl')) {
    const engine = openMemory();
    await ingestLines(engine, body.split('\n').slice(0, -1));
    text = JSON.stringify(await allCustomers(engine.customers));
  }
  return text.match(/value\d+/g) ?? [];
}

describe.each(ENGINES)('an export on %s', (_name, open) => {
  it.each([
    'customers.jsonl?',
    'customers.csv?',
    'customers.csv?search=example',
    'customers.jsonl?filter=attribute:v:exists',
  ])('to %s is one moment, whatever is edited meanwhile', async (file) => {
    const app = await startRestApp(await open());
    const ids = Array.from({ length: CUSTOMERS }, (_, i) => String(i));
    await ingestLines(
      app.engine,
      ids.map((id) => attributes({ email: `${id}@example.com`, v: 'value0' }, { user_id: id })),
    );
    const stop = new AbortController();
    let edits = 0;
    const editing = (async () => {
      for (; !stop.signal.aborted; edits++) {
        const value = JSON.stringify(`value${edits}`);
        await app.engine.customers.changeEach(
          ids,
          (state) => patchAttributes(state, [{ name: 'v', value }], TIME * 1_000 + edits),
          UPDATED,
        );
        await new Promise(setImmediate);
      }
    })();
    for (let round = 0; round < 2; round++) {
      const { statusCode, body, headers } = await app.get(`/exports/${file}`);
      expect([statusCode, headers['content-length']]).toEqual([200, String(Buffer.byteLength(body))]);
      const values = await valuesOf(file, body);
      expect(values).toHaveLength(CUSTOMERS);
      expect(new Set(values).size).toBe(1);
    }
    stop.abort();
    await editing;
    expect(edits).toBeGreaterThan(0);
    await app.close();
  });
});

describe('an export and its client', () => {
  let app: RestApp;
  let url: URL;
  let socket: Socket;
  let state: { reads: number; ended: boolean };

  /** Gives the server a snapshot of `customers` customers, who are made when they are read. */
  const replaceStored = (customers: number): void => {
    state = { reads: 0, ended: false };
    const customer = (id: string): StoredCustomer => ({
      id,
      attributes: `{"note":"${'x'.repeat(1_000)}"}`,
      events: '{}',
      attributeTimes: '{"note":1}',
      lastUpdated: 1,
    });
    const snapshot: CustomerSnapshot = {
      after: async (id, limit) => {
        state.reads++;
        const start = Number(id ?? -1) + 1;
        return Array.from({ length: Math.min(limit, customers - start) }, (_, i) => customer(String(start + i)));
      },
      among: async (ids) => {
        state.reads++;
        return ids.map(customer);
      },
      names: async () => ({ attributes: ['note'], events: [] }),
      select: async function* () {
        for (let id = 0; id < customers; id++) yield String(id);
      },
    };
    app.engine.stored.snapshot = async (read) => {
      try {
        return await read(snapshot);
      } finally {
        state.ended = true;
      }
    };
  };

  beforeEach(async () => {
    const [, open] = ENGINES[1];
    app = await startRestApp(await open());
    url = new URL(await app.listen());
  });
  afterEach(async () => {
    socket.destroy();
    await app.close();
  });

  const ask = async (path: string): Promise<void> => {
    socket = connect(Number(url.port), url.hostname);
    socket.on('error', () => undefined).pause();
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  };

  it('ends reading while the client reads nothing', async () => {
    replaceStored(20_000);
    await ask('/exports/customers.csv');
    await until(async () => state.ended);
    expect(state.reads).toBe(201);
    expect((await fetch(new URL('/exports/customers.csv', url), { method: 'HEAD' })).status).toBe(200);
  });

  it.each(['/exports/customers.jsonl', '/exports/customers.csv', '/exports/customers.csv?search=x'])(
    'stops working for %s when the client leaves',
    async (path) => {
      const customers = 100_000;
      replaceStored(customers);
      await ask(path);
      await until(async () => state.reads > 5);
      socket.destroy();
      await until(async () => state.ended);
      expect(state.reads).toBeLessThan(customers / 100);
      expect(app.log.join()).not.toMatch(/error|exception/i);
    },
  );
});
