import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../../server/access/secrets.js';
import { keyOf } from '../../server/live/formats/credentials.js';
import { giveToken, makeUser } from '../support/credentials.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { makeSource } from '../support/live-sources.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

/** A request as a client sent it: see test/clients/capture.mjs. */
interface Captured {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly authorization: string;
  readonly encoding?: string;
  readonly body?: string;
  readonly base64?: string;
}

const FOLDER = join(__dirname, '../fixtures/clients');

/** The attributes that every client was told to set, without those that it removes. */
const ATTRIBUTES = {
  address: { city: 'Köln', lines: ['a', '', null, { floor: 3 }] },
  age: 36,
  big: 1e21,
  name: 'Zoë "Z" <z@example.com>',
  score: 0.5,
  since: '2026-01-02T03:04:05.678Z',
};
const FIVE = { id: 5, attributes: ATTRIBUTES };
const ODD = {
  id: 'a b/ü@x+%?#&',
  attributes: { ...ATTRIBUTES, created_at: 1_767_323_045, email: 'z@example.com' },
};
const ONE = { id: 1, attributes: ATTRIBUTES };
const SEGMENT_EVENTS = { 'No properties': 1, 'Order Completed': 1, page: 1, screen: 1 };

/** The customers after all calls of a client, and after all calls once more: an event without an id is then another one. */
const EXPECTED: Readonly<Record<string, readonly [first: readonly object[], again: readonly object[]]>> = {
  'segment-node-3': once({ ...ONE, events: SEGMENT_EVENTS }),
  'customerio-cdp-node': once({ ...ONE, events: SEGMENT_EVENTS }),
  'rudderstack-node-3': once({ ...ONE, events: SEGMENT_EVENTS }),
  'customerio-pipelines': once({
    ...ONE,
    events: { 'In a batch': 1, 'Order Completed': 1, page: 1, screen: 1 },
  }),
  'customerio-track-4': [
    [{ ...ODD, events: { page: 1, purchase: 1, 'with an id': 1 } }],
    [{ ...ODD, events: { page: 2, purchase: 2, 'with an id': 1 } }],
  ],
  'customerio-track-5': [
    [
      { ...FIVE, events: { page: 1, purchase: 1 } },
      { ...ODD, attributes: { ...ODD.attributes, plan: 'pro' }, events: { page: 1, purchase: 1, 'with an id': 1 } },
    ],
    [
      { ...FIVE, events: { page: 2, purchase: 2 } },
      { ...ODD, attributes: { ...ODD.attributes, plan: 'pro' }, events: { page: 2, purchase: 2, 'with an id': 1 } },
    ],
  ],
};

function once(customer: object): [object[], object[]] {
  return [[customer], [customer]];
}

describe.each(ENGINES)('the calls of clients, as they were recorded, on %s', (_name, open) => {
  let engine: Engine;
  let app: RestApp;
  beforeEach(async () => {
    engine = await open();
    await makeUser(engine.access, 'admin');
    app = await startRestApp(engine);
  });
  afterEach(() => app.close());

  const sendAll = async (requests: readonly Captured[]): Promise<number[]> => {
    const statuses = [];
    for (const { method, path, authorization, encoding, body, base64 } of requests) {
      const hasBody = method !== 'GET' && method !== 'DELETE';
      const { statusCode } = await app.inject({
        method,
        url: path,
        headers: {
          authorization,
          // The type says nothing: one client calls gzip a form, another sends it without a body.
          'content-type': base64 === undefined ? 'application/json' : 'application/x-www-form-urlencoded',
          ...(encoding !== undefined && { 'content-encoding': encoding }),
        },
        ...(hasBody && { payload: body ?? Buffer.from(base64 ?? '', 'base64') }),
      });
      statuses.push(statusCode);
    }
    return statuses;
  };

  it.each(Object.keys(EXPECTED))('by %s make the customers that it was told about', async (client) => {
    const requests = JSON.parse(readFileSync(join(FOLDER, `${client}.json`), 'utf8')) as Captured[];
    // The source has the key that the client sent.
    const keyHash = hashOf(keyOf(requests[0].authorization) ?? '');
    await makeSource(engine, { keyHash });
    const reader = await giveToken(engine.access, ['read']);
    const [first, again] = EXPECTED[client];
    for (const customers of [first, again]) {
      const statuses = await sendAll(requests);
      expect(statuses.filter((status) => status === 401 || status === 404 || status >= 500)).toEqual([]);
      const served = (await app.get('/customers', reader)).json<{ customers: object[] }>().customers;
      const last_updated: unknown = expect.any(Number);
      expect(served).toEqual(customers.map((customer) => ({ ...customer, last_updated })));
    }
  });

  it('are all in the table', () => {
    expect(readdirSync(FOLDER).map((file) => file.replace('.json', ''))).toEqual(Object.keys(EXPECTED).sort());
  });
});
