import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { LIMITS } from '../../server/domain/limits.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { basic, makeSource } from '../support/live-sources.js';
import { startRestApp, type Answer, type Request, type RestApp } from '../support/rest-app.js';

const [[, open]] = ENGINES;
const MIB = 1024 * 1024;
const TEXT: unknown = expect.any(String);
const EVENT = { id: 'e1', type: 'event', name: 'page', user_id: '1', timestamp: 1_700_000_000 };
const ATTRIBUTES = { id: 'a1', type: 'attributes', user_id: '1', data: { plan: 'pro' }, timestamp: 1_700_000_000 };
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/;

let engine: Engine;
let app: RestApp;

beforeEach(async () => {
  engine = await open();
  app = await startRestApp(engine);
});
afterEach(() => app.close());

/** Sends a body as bytes, with the type that a form has. */
const send = (
  method: Request['method'],
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  app.inject({
    method: method ?? 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(body !== undefined && {
      payload: Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
const customer = async (id: string): Promise<unknown> =>
  (await app.get(`/customers/${encodeURIComponent(id)}`)).json<{ customer: unknown }>().customer;

describe('POST /messages', () => {
  const counts = { accepted: 0, duplicates: 0, stale: 0, anonymous: 0, rejected: [] };

  it.each([
    ['one message', JSON.stringify(EVENT), 1],
    ['a list', JSON.stringify([EVENT, ATTRIBUTES]), 2],
    ['JSON lines', `${JSON.stringify(EVENT)}\r\n\n${JSON.stringify(ATTRIBUTES)}\n`, 2],
    ['a list as gzip', gzipSync(JSON.stringify([EVENT, ATTRIBUTES])), 2],
  ])('takes %s, once', async (_, body, accepted) => {
    const first = await send('POST', '/messages', body);
    expect([first.statusCode, first.json()]).toEqual([200, { ...counts, accepted }]);
    expect((await send('POST', '/messages', body)).json()).toEqual({ ...counts, duplicates: accepted });
    expect(await customer('1')).toMatchObject({ events: { page: 1 }, last_updated: 1_700_000_000 });
  });

  it.each(['text/plain', 'application/json', 'a type; that is none', 'application/x-www-form-urlencoded'])(
    'does not look at the content type %s',
    async (type) => {
      expect((await send('POST', '/messages', EVENT, { 'content-type': type })).statusCode).toBe(200);
    },
  );

  it('makes what is missing, and reads digits as the number', async () => {
    const answer = await send('POST', '/messages', [
      { type: 'event', name: 'a', user_id: 7 },
      { ...EVENT, user_id: '7', timestamp: '1700000000' },
      { type: 'nothing' },
    ]);
    expect(answer.json()).toEqual({
      ...counts,
      accepted: 2,
      rejected: [{ index: 2, reason: 'unknown_type', message: TEXT }],
      ids: [expect.stringMatching(UUID) as unknown, 'e1', null],
    });
    expect(Date.now() / 1000 - ((await customer('7')) as { last_updated: number }).last_updated).toBeLessThan(60);
  });

  it('answers 400 to a single message that is rejected, and 200 to a list of one', async () => {
    const wrong = { ...EVENT, timestamp: 'soon' };
    const one = await send('POST', '/messages', wrong);
    expect([one.statusCode, one.json()]).toMatchObject([
      400,
      { statusCode: 400, code: 'invalid_timestamp', accepted: 0, rejected: [{ index: 0 }] },
    ]);
    expect((await send('POST', '/messages', [wrong])).statusCode).toBe(200);
  });

  it.each([
    ['no JSON', '{"id"', 400, 'invalid_json'],
    ['nothing', '', 400, 'invalid_json'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'invalid_json'],
    ['brackets without an end', '['.repeat(LIMITS.depth + 1), 400, 'invalid_request'],
    ['more than 10 MiB', Buffer.alloc(10 * MIB + 1, ' '), 413, 'payload_too_large'],
    ['what inflates to more than 10 MiB', gzipSync(Buffer.alloc(10 * MIB + 1, ' ')), 413, 'payload_too_large'],
    ['too many messages', `[${'{},'.repeat(LIMITS.liveMessages)}{}]`, 413, 'payload_too_large'],
    ['gzip that breaks off', gzipSync(JSON.stringify(EVENT)).subarray(0, -9), 400, 'invalid_request'],
  ])('answers to %s with the reason', async (_, body, status, code) => {
    const answer = await send('POST', '/messages', body);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { statusCode: status, code, message: TEXT }]);
    expect((await app.get('/customers')).json()).toMatchObject({ customers: [] });
  });

  it('takes deflate, and refuses what it does not know', async () => {
    const body = JSON.stringify(EVENT);
    expect((await send('POST', '/messages', deflateSync(body), { 'content-encoding': 'deflate' })).statusCode).toBe(
      200,
    );
    const brotli = await send('POST', '/messages', brotliCompressSync(body), { 'content-encoding': 'br' });
    expect([brotli.statusCode, brotli.json()]).toMatchObject([415, { code: 'unsupported_media_type' }]);
  });

  it('takes 10 MiB', async () => {
    const list = JSON.stringify(
      Array.from({ length: 1_000 }, (_, n) => ({ ...EVENT, id: `e${n}`, data: 'x'.repeat(10_000) })),
    );
    const body = list + ' '.repeat(10 * MIB - list.length);
    expect((await send('POST', '/messages', body)).json()).toMatchObject({ accepted: 1_000 });
    expect((await send('POST', '/messages', gzipSync(body))).json()).toMatchObject({ duplicates: 1_000 });
  });

  it('is no page, and has no other method', async () => {
    expect((await app.get('/messages')).statusCode).toBe(404);
    expect((await send('PUT', '/messages', EVENT)).statusCode).toBe(404);
  });
});

describe('the paths of Segment and RudderStack', () => {
  const SUCCESS = [200, { success: true }];
  const track = { type: 'track', event: 'Order Completed', userId: '1', messageId: 'm1', properties: null };

  it.each(['/v1/batch', '/v1/b', '/v1/batch/'])(
    '%s takes a batch, in which one wrong message takes no other along',
    async (url) => {
      const identify = { type: 'identify', userId: '1', messageId: 'm2', traits: { plan: 'pro', none: null } };
      const batch = { batch: [track, identify, { type: 'x' }, { type: 'track', userId: 'y' }, null], sentAt: 'now' };
      const answer = await send('POST', url, gzipSync(JSON.stringify(batch)), basic('any key'));
      expect([answer.statusCode, answer.json()]).toEqual(SUCCESS);
      expect(await customer('1')).toMatchObject({ attributes: { plan: 'pro' }, events: { 'Order Completed': 1 } });
      expect((await app.get('/sources/1')).json()).toMatchObject({ source: { week: { accepted: 2, rejected: 3 } } });
    },
  );

  it.each([
    ['identify', 'i', { traits: { a: 1 } }, { attributes: { a: 1 } }],
    ['track', 't', { event: ' bought ' }, { events: { bought: 1 } }],
    ['page', 'p', { name: 'Home' }, { events: { page: 1 } }],
    ['screen', 's', { name: 'Home' }, { events: { screen: 1 } }],
    ['group', 'g', { groupId: 'g' }, undefined],
    ['alias', 'a', { previousId: 'before' }, undefined],
  ])('/v1/%s and /v1/%s take a message without its type', async (long, short, members, record) => {
    const body = { userId: '1', messageId: 'm', ...members };
    expect([(await send('POST', `/v1/${long}`, body)).json()]).toEqual([{ success: true }]);
    const again = await send('POST', `/v1/${short}`, { ...body, writeKey: 'any' }, { 'content-type': 'text/plain' });
    expect([again.statusCode, again.json()]).toEqual(SUCCESS);
    if (record) expect(await customer('1')).toMatchObject(record);
    else expect((await app.get('/customers')).json()).toMatchObject({ customers: [] });
  });

  it('give the settings that scripts ask for', async () => {
    const answer = await app.get('/v1/projects/a%20key/settings', { host: 'localhost:1323' });
    const integration = { apiKey: 'a key', apiHost: 'localhost:1323/v1', protocol: 'http' };
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { integrations: { 'Segment.io': integration, 'Customer.io Data Pipelines': integration } },
    ]);
  });

  it.each([
    ['segment', 'Segment.io'],
    ['customerio', 'Customer.io Data Pipelines'],
  ] as const)('give a script for which the source is meant, %s, no other integration', async (kind, integration) => {
    const { key } = await makeSource(engine, { kind });
    const { integrations } = (await app.get(`/v1/projects/${key}/settings`)).json<{ integrations: object }>();
    expect(Object.keys(integrations)).toEqual([integration]);
  });

  it.each([
    ['no JSON', '{"batch":[', 400, 'invalid_json'],
    ['no batch', '{}', 400, 'invalid_request'],
    ['a list', '[]', 400, 'invalid_request'],
    ['too much', ' '.repeat(10 * MIB + 1), 413, 'payload_too_large'],
  ])('answer to a body that is %s in the shape that every client reads', async (_, body, status, code) => {
    const answer = await send('POST', '/v1/batch', body);
    const { message } = answer.json<{ message: string }>();
    expect([answer.statusCode, answer.json()]).toMatchObject([
      status,
      { statusCode: status, code, meta: { error: message, errors: [message] }, errors: [] },
    ]);
  });
});

describe('the paths of Customer.io', () => {
  const DONE = [200, {}];
  const call = async (method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> => {
    const answer = await send(method, path, body, { 'content-type': 'application/json' });
    return [answer.statusCode, answer.json()];
  };

  it('set attributes and take events, for any id that can be in a path', async () => {
    for (const id of ['1', 'a b/ü@x', '50%', '?', '#', '..a', 'a+b', '%2F', 'x'.repeat(150), '"<']) {
      const path = `/api/v1/customers/${encodeURIComponent(id)}`;
      expect(await call('PUT', path, { plan: 'pro', gone: null, empty: '' })).toEqual(DONE);
      expect(await call('POST', `${path}/events`, { name: 'bought', id: 'e1', timestamp: 1_700_000_000 })).toEqual(
        DONE,
      );
      expect(await call('POST', `${path}/events`, { name: 'http://x.y/', type: 'page', data: { a: 1 } })).toEqual(DONE);
      expect(await customer(id)).toMatchObject({ attributes: { plan: 'pro' }, events: { bought: 1, page: 1 } });
    }
    const long = `/api/v1/customers/${encodeURIComponent('\u0000é'.repeat(49))}`;
    expect(await call('PUT', long, {})).toMatchObject([400, { code: 'unsupported_character' }]);
  });

  it.each([
    ['POST', '/api/v1/events', { name: 'visit', anonymous_id: 'x' }],
    ['POST', '/api/v1/events', { name: 'invite', data: { recipient: 'a@example.com' } }],
    ['PUT', '/api/v1/customers/1/devices', { device: { id: 'token', platform: 'ios' } }],
    ['DELETE', `/api/v1/customers/1/devices/${'t'.repeat(500)}`, undefined],
    ['POST', '/api/v1/merge_customers', { primary: { id: '1' }, secondary: { id: '2' } }],
    ['POST', '/api/v1/push/events', { event: 'opened' }],
    ['POST', '/api/v1/metrics', { metric: 'opened' }],
    ['POST', '/api/v2/entity', { type: 'object', action: 'identify', identifiers: { object_id: 'o' } }],
    ['POST', '/unsubscribe/dGVzdA', { unsubscribe: true }],
  ] as const)('accept %s %s, which changes no customer', async (method, path, body) => {
    expect(await call(method, path, body)).toEqual(DONE);
    expect((await app.get('/customers')).json()).toMatchObject({ customers: [] });
  });

  it('take forms, entities and batches', async () => {
    expect(await call('POST', '/api/v1/forms/7/submit', { data: { id: '1', plan: 'pro' } })).toEqual(DONE);
    const person = { type: 'person', identifiers: { id: '1' } };
    expect(await call('POST', '/api/v2/entity', { ...person, action: 'event', name: 'bought' })).toEqual(DONE);
    const batch = [
      { ...person, action: 'identify', attributes: { b: 2 } },
      { ...person, action: 'nothing' },
      { ...person, action: 'event', name: 'sold', timestamp: 'x' },
    ];
    expect(await call('POST', '/api/v2/batch', { batch })).toMatchObject([
      207,
      {
        errors: [
          { batch_index: 1, reason: 'unknown_type', field: 'action' },
          { batch_index: 2, reason: 'invalid_timestamp', field: 'timestamp' },
        ],
      },
    ]);
    expect(await customer('1')).toMatchObject({ attributes: { plan: 'pro', b: 2 }, events: { bought: 1 } });
    expect(await call('POST', '/api/v2/batch', { batch: [batch[1]] })).toMatchObject([400, { meta: { error: TEXT } }]);
  });

  it('find the one customer with an email', async () => {
    await call('PUT', '/api/v1/customers/1', { email: 'a@example.com' });
    const identify = (email: string): object => ({
      type: 'person',
      action: 'identify',
      identifiers: { email },
      attributes: { a: 1 },
    });
    expect(await call('POST', '/api/v2/entity', identify('a@example.com'))).toEqual(DONE);
    expect(await customer('1')).toMatchObject({ attributes: { a: 1 } });
    expect(await call('POST', '/api/v2/entity', identify('b@example.com'))).toMatchObject([
      400,
      { code: 'unknown_customer' },
    ]);
  });

  it('tell where the account is', async () => {
    const answer = await app.get('/api/v1/accounts/region', { host: 'localhost:1323' });
    expect(answer.json()).toEqual({ url: 'http://localhost:1323', region: 'us', environment_id: 1 });
  });

  describe('delete and suppress', () => {
    const as = async (mayDelete: boolean, more: object = {}): Promise<Record<string, string>> => {
      const { key } = await makeSource(engine, { kind: 'customerio', mayDelete });
      return { ...basic(key), 'content-type': 'application/json', ...more };
    };
    const at = '/api/v1/customers/1';

    it('by a source that may, also without a body though with its type, and of someone unknown', async () => {
      const headers = await as(true);
      await send('PUT', at, { a: 1 }, headers);
      for (const path of [at, '/api/v1/customers/unknown']) {
        const answer = await send('DELETE', path, undefined, headers);
        expect([answer.statusCode, answer.json()]).toEqual(DONE);
      }
      expect((await app.get('/customers/1')).statusCode).toBe(404);
      expect((await send('DELETE', at, '', { ...headers, 'content-length': '0' })).statusCode).toBe(200);
      await send('PUT', at, { b: 2 }, headers);
      expect(await customer('1')).toMatchObject({ attributes: { b: 2 } });
      const { entries } = (await app.get('/audit')).json<{ entries: { action: string; author: object }[] }>();
      expect(entries.find(({ action }) => action === 'customer.deleted')).toMatchObject({
        target: '1',
        author: { kind: 'source', id: 2 },
      });
    });

    it('and later calls of a suppressed customer are accepted and rejected, until it is unsuppressed', async () => {
      const headers = await as(true);
      const put = (): Promise<Answer> => send('PUT', at, { a: 1 }, headers);
      await put();
      expect((await send('POST', `${at}/suppress`, {}, headers)).json()).toEqual({});
      expect([(await put()).statusCode, (await app.get('/customers/1')).statusCode]).toEqual([200, 404]);
      expect((await app.get('/sources/2/rejects')).json()).toMatchObject({
        rejects: [{ reason: 'suppressed', user_id: '1' }],
      });
      expect((await send('POST', `${at}/unsuppress`, {}, headers)).json()).toEqual({});
      await put();
      expect(await customer('1')).toMatchObject({ attributes: { a: 1 } });
    });

    it('by anyone on an open server, where `User Deleted` is an event', async () => {
      for (const headers of [{}, basic('site:key')]) {
        await send('PUT', at, { a: 1 }, headers);
        await send('POST', '/v1/track', { userId: '1', event: 'User Deleted' }, headers);
        expect(await customer('1')).toMatchObject({ events: { 'User Deleted': 1 } });
        expect((await send('DELETE', at, undefined, headers)).json()).toEqual({});
        expect((await app.get('/customers/1')).statusCode).toBe(404);
      }
    });

    it.each([
      ['a source that may not', false, {}],
      ['a page in a browser', true, { origin: 'http://shop.example' }],
    ])('not by %s', async (_, mayDelete, more) => {
      const headers = await as(mayDelete, more);
      await send('PUT', at, { a: 1 }, headers);
      for (const [method, path] of [
        ['DELETE', at],
        ['POST', `${at}/suppress`],
        ['POST', `${at}/unsuppress`],
      ] as const) {
        const answer = await send(method, path, {}, headers);
        expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'forbidden' }]);
      }
      const event = { userId: '1', event: 'User Deleted' };
      expect((await send('POST', '/v1/track', event, headers)).statusCode).toBe(200);
      expect(await customer('1')).toMatchObject({ attributes: { a: 1 } });
    });
  });
});

describe('another path below the prefixes', () => {
  it.each([
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/track/x',
    '/api/v1',
    '/api/v1/customers',
    '/api/v1/customers/',
    '/api/v1/segments/7/add_customers',
    '/api/v2',
    '/api/v2/nothing',
    '/v1/favicon.ico',
    '/v1//track',
  ])('such as %s is 404 as JSON, whatever the method, also for a browser that opens it', async (url) => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const answer = await send(method, url, method === 'GET' || method === 'HEAD' ? undefined : {}, {
        accept: 'text/html,*/*;q=0.8',
      });
      expect([method, answer.statusCode, answer.headers.location]).toEqual([method, 404, undefined]);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      if (method !== 'HEAD')
        expect(answer.json()).toMatchObject({ code: 'not_found', meta: { error: TEXT }, errors: [] });
    }
  });

  it('that is malformed is 400 in the same shape', async () => {
    const answer = await send('PUT', '/api/v1/customers/%zz', {}, { origin: 'http://shop.example' });
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { meta: { error: TEXT } }]);
    expect(answer.headers['access-control-allow-origin']).toBe('http://shop.example');
  });
});
