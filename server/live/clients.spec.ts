import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { liveFacts, brief, bodyOf, outcomesOf } from '../../test/support/live.js';
import { customerioRoute, readCustomerio } from './formats/customerio.js';
import { keyOf } from './formats/credentials.js';
import type { LiveOutcome } from './formats/live-call.js';
import { readSegment, segmentRoute } from './formats/segment.js';
import { inflateBody } from './inflate-body.js';

/** A request as a client sent it: see test/clients/capture.mjs. */
interface Captured {
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  readonly encoding?: string;
  readonly body?: string;
  readonly base64?: string;
}

const FOLDER = join(__dirname, '../../test/fixtures/clients');

/** The outcomes of all requests of a client. */
async function outcomesOfClient(name: string, key: string): Promise<LiveOutcome[]> {
  const requests = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Captured[];
  const all: LiveOutcome[] = [];
  for (const { method, path, authorization, encoding, body, base64 } of requests) {
    expect(keyOf(authorization)).toBe(key);
    const sent = body === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(body);
    const bytes = await inflateBody(sent, encoding, 10_000);
    if (typeof bytes === 'string') throw new Error(bytes);
    const value = bodyOf(Buffer.from(bytes).toString());
    const segment = segmentRoute(method, path);
    const customerio = customerioRoute(method, path);
    if (customerio?.kind === 'region') continue;
    if (segment && segment.kind !== 'settings') all.push(...outcomesOf(readSegment(segment, value, liveFacts())));
    else if (customerio) all.push(...outcomesOf(readCustomerio(customerio, value, liveFacts())));
    else throw new Error(`${method} ${path} is unknown.`);
  }
  return all;
}

/** The attributes that every client is told to set, as they arrive: `undefined` is left out, and `NaN` is null and so removes. */
const ATTRIBUTES = {
  name: 'Zoë "Z" <z@example.com>',
  plan: null,
  removed: null,
  age: 36,
  score: 0.5,
  big: 1e21,
  notANumber: null,
  since: '2026-01-02T03:04:05.678Z',
  address: { city: 'Köln', lines: ['a', '', null, { floor: 3 }] },
};

const SEGMENT_CALLS = [
  { attributes: ATTRIBUTES, of: '1' },
  { attributes: { plan: 'pro' }, of: '1' },
  'anonymous',
  { event: 'Order Completed', of: '1', data: { total: 12.5, items: [{ sku: 'a' }], none: null } },
  { event: 'No properties', of: '1' },
  'anonymous',
  { event: 'page', of: '1', data: { name: 'Index', category: 'Docs', url: 'http://example.com/docs' } },
  { event: 'screen', of: '1', data: { name: 'Home' } },
  { ignored: 'group' },
  { merge: { id: 'anonymous-1' }, into: { id: '1' } },
];

describe.each(['segment-node-3', 'customerio-cdp-node', 'rudderstack-node-3'])('the calls of %s', (client) => {
  it('become messages', async () => {
    const outcomes = await outcomesOfClient(client, 'a-write-key');
    expect(outcomes.map(brief).map(withoutEmptyData)).toEqual(SEGMENT_CALLS);
  });

  it('keep their ids and times', async () => {
    const [first, second] = await outcomesOfClient(client, 'a-write-key');
    expect([first, second]).toMatchObject([
      { isIdMade: false },
      { isIdMade: false, message: { timestamp: 1_767_323_045_678 } },
    ]);
    const { message } = first as Extract<LiveOutcome, { kind: 'message' }>;
    expect(message.id).toMatch(/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/);
    expect(new Date(message.timestamp).getUTCFullYear()).toBeGreaterThan(2025);
  });
});

/** Some clients send `properties: {}` for none. */
function withoutEmptyData(call: unknown): unknown {
  if (typeof call !== 'object' || call === null || !('data' in call)) return call;
  const { data, ...rest } = call;
  return JSON.stringify(data) === '{}' ? rest : call;
}

describe('the calls of customerio-node for pipelines', () => {
  it('become messages', async () => {
    const outcomes = await outcomesOfClient('customerio-pipelines', 'a-write-key');
    expect(outcomes.map(brief)).toEqual([
      { attributes: ATTRIBUTES, of: '1' },
      { event: 'Order Completed', of: '1', data: { total: 12.5 } },
      { event: 'page', of: '1', data: { name: 'Index' } },
      { event: 'screen', of: '1', data: { name: 'Home' } },
      { ignored: 'group' },
      { merge: { id: '2' }, into: { id: '1' } },
      { event: 'In a batch', of: '1' },
    ]);
  });
});

const ID = 'a b/ü@x+%?#&';

const TRACK_CALLS = [
  { attributes: { ...ATTRIBUTES, email: 'z@example.com', created_at: 1767323045 }, of: ID },
  { attributes: { plan: 'pro' }, of: '2' },
  { event: 'purchase', of: ID, data: { price: 23.45 } },
  { event: 'with an id', of: ID },
  { event: 'page', of: ID, data: { url: 'http://example.com/?a=1' } },
  'anonymous',
  'anonymous',
  { ignored: 'devices' },
  { ignored: 'devices' },
  { suppress: '3' },
  { unsuppress: '3' },
  { delete: '4' },
  { ignored: 'push/events' },
];

describe('the calls of customerio-node', () => {
  it('become messages with version 4', async () => {
    const outcomes = await outcomesOfClient('customerio-track-4', 'a-site:an-api-key');
    expect(outcomes.map(brief)).toEqual(TRACK_CALLS);
  });

  it('become messages with version 5', async () => {
    const outcomes = await outcomesOfClient('customerio-track-5', 'a-site:an-api-key');
    expect(outcomes.map(brief)).toEqual([
      ...TRACK_CALLS,
      { merge: { email: 'z@example.com', field: 'secondary.email' }, into: { id: '1' } },
      { needs: 'z@example.com' },
      { attributes: ATTRIBUTES, of: '5' },
      { needs: 'z@example.com' },
      { event: 'purchase', of: '5', data: { price: 1 } },
      { event: 'page', of: '5', data: { url: 'http://example.com/' } },
      { rejected: 'unsupported_identifier', field: 'identifiers.cio_id' },
      { ignored: 'object' },
    ]);
  });

  it('keep their ids and times, and get those that they have not', async () => {
    const [identify, update, timed, named] = await outcomesOfClient('customerio-track-5', 'a-site:an-api-key');
    expect(identify).toMatchObject({
      isIdMade: true,
      ifUnknown: 'create',
      message: { id: 'made-0', timestamp: liveFacts().arrival },
    });
    expect(update).toMatchObject({ ifUnknown: 'ignore' });
    expect(timed).toMatchObject({ isIdMade: true, message: { timestamp: 1_767_323_045_000 } });
    expect(named).toMatchObject({ isIdMade: false, message: { id: '01KDYVW3QJ0000000000000000' } });
  });
});
