import { ARRIVAL, brief, liveFacts, outcomesOf } from '../../../test/support/live.js';
import type { LiveFacts, LiveOutcome } from './live-call.js';
import { readSegment, segmentAnswer, segmentKey, segmentRoute, segmentSettings, withoutKey } from './segment.js';

const BASE = { messageId: 'm', userId: '1', timestamp: '2026-01-02T03:04:05.678Z' };

function readOne(message: object, facts: Partial<LiveFacts> = {}): LiveOutcome {
  return outcomesOf(readSegment({ kind: 'batch' }, { batch: [{ ...BASE, ...message }] }, liveFacts(facts)))[0];
}

describe('a path', () => {
  it.each([
    ['POST', '/v1/batch', { kind: 'batch' }],
    ['POST', '/v1/batch/', { kind: 'batch' }],
    ['POST', '/v1/b', { kind: 'batch' }],
    ['POST', '/v1/identify', { kind: 'single', type: 'identify' }],
    ['POST', '/v1/track', { kind: 'single', type: 'track' }],
    ['POST', '/v1/page', { kind: 'single', type: 'page' }],
    ['POST', '/v1/screen', { kind: 'single', type: 'screen' }],
    ['POST', '/v1/group', { kind: 'single', type: 'group' }],
    ['POST', '/v1/alias', { kind: 'single', type: 'alias' }],
    ['POST', '/v1/i', { kind: 'single', type: 'identify' }],
    ['POST', '/v1/t', { kind: 'single', type: 'track' }],
    ['POST', '/v1/p', { kind: 'single', type: 'page' }],
    ['POST', '/v1/s', { kind: 'single', type: 'screen' }],
    ['POST', '/v1/g', { kind: 'single', type: 'group' }],
    ['POST', '/v1/a', { kind: 'single', type: 'alias' }],
    ['GET', '/v1/projects/a%20key/settings', { kind: 'settings', writeKey: 'a key' }],
    ['GET', '/v1/projects/%ZZ/settings', undefined],
    ['GET', '/v1/projects/settings', undefined],
    ['GET', '/v1/batch', undefined],
    ['PUT', '/v1/batch', undefined],
    ['POST', '/v1/constructor', undefined],
    ['POST', '/v1/import', undefined],
    ['POST', '/v1/track/more', undefined],
    ['POST', '/v1', undefined],
    ['POST', '/v2/batch', undefined],
  ])('%s %s is %p', (method, path, route) => {
    expect(segmentRoute(method, path)).toEqual(route);
  });
});

describe('a message', () => {
  it.each<[string, object, unknown]>([
    ['identify', { type: 'identify', traits: { plan: 'pro' } }, { attributes: { plan: 'pro' }, of: '1' }],
    [
      'identify of RudderStack’s script',
      { type: 'identify', context: { traits: { plan: 'pro' } } },
      { attributes: { plan: 'pro' }, of: '1' },
    ],
    ['identify with null traits', { type: 'identify', traits: null, context: null }, { attributes: {}, of: '1' }],
    ['identify without traits', { type: 'identify' }, { attributes: {}, of: '1' }],
    ['identify with wrong traits', { type: 'identify', traits: ['a'] }, { rejected: 'invalid_data', field: 'traits' }],
    [
      'identify with a bad trait',
      { type: 'identify', traits: { '': 1, plan: 'pro' } },
      { rejected: 'invalid_attribute_name', field: 'traits' },
    ],
    ['identify of nobody', { type: 'identify', userId: '', anonymousId: 'x', traits: { plan: 'pro' } }, 'anonymous'],
    ['identify with a numeric id', { type: 'identify', userId: 7, traits: {} }, { attributes: {}, of: '7' }],
    [
      'identify with a wrong id',
      { type: 'identify', userId: { a: 1 } },
      { rejected: 'invalid_user_id', field: 'userId' },
    ],
    [
      'track',
      { type: 'track', event: ' Order ', properties: { total: 1 } },
      { event: 'Order', of: '1', data: { total: 1 } },
    ],
    [
      'track with stored traits in its context',
      { type: 'track', event: 'e', context: { traits: { a: 1 } } },
      { event: 'e', of: '1' },
    ],
    ['track with null properties', { type: 'track', event: 'e', properties: null }, { event: 'e', of: '1' }],
    ['track without a name', { type: 'track' }, { rejected: 'invalid_event_name', field: 'event' }],
    ['track with a blank name', { type: 'track', event: ' ' }, { rejected: 'invalid_event_name', field: 'event' }],
    [
      'page',
      { type: 'page', name: 'Home', category: 'A', properties: { url: 'u' } },
      { event: 'page', of: '1', data: { name: 'Home', category: 'A', url: 'u' } },
    ],
    [
      'page with its name in its properties',
      { type: 'page', name: 'A', properties: { name: 'B' } },
      { event: 'page', of: '1', data: { name: 'B' } },
    ],
    ['page without a name', { type: 'page', properties: null }, { event: 'page', of: '1', data: {} }],
    ['screen', { type: 'screen', name: 'Home' }, { event: 'screen', of: '1', data: { name: 'Home' } }],
    ['group', { type: 'group', groupId: 'acme', traits: { employees: 7 } }, { ignored: 'group' }],
    ['alias', { type: 'alias', previousId: '2' }, { merge: { id: '2' }, into: { id: '1' } }],
    ['alias of itself', { type: 'alias', previousId: '1' }, { ignored: 'merge' }],
    ['alias of itself as a number', { type: 'alias', previousId: 1 }, { ignored: 'merge' }],
    ['alias of nobody', { type: 'alias', previousId: '2', userId: null }, { ignored: 'merge' }],
    ['alias of no id', { type: 'alias', previousId: [] }, { rejected: 'invalid_user_id', field: undefined }],
    ['no type', {}, { rejected: 'unknown_type', field: 'type' }],
    ['another type', { type: 'delete' }, { rejected: 'unknown_type', field: 'type' }],
    [
      'a wrong time',
      { type: 'track', event: 'e', timestamp: 'x' },
      { rejected: 'invalid_timestamp', field: 'timestamp' },
    ],
    [
      'a time that is too far ahead',
      { type: 'track', event: 'e', timestamp: ARRIVAL + 86_400_001 },
      { rejected: 'invalid_timestamp', field: 'timestamp' },
    ],
    [
      'an empty messageId',
      { type: 'track', event: 'e', messageId: '' },
      { rejected: 'invalid_id', field: 'messageId' },
    ],
  ])('that is %s', (_, message, outcome) => {
    expect(brief(readOne(message))).toEqual(outcome);
  });

  it('names the member that is wrong as the client does', () => {
    expect(readOne({ type: 'identify', userId: 'x'.repeat(151) })).toMatchObject({
      reject: { message: '"userId" has 151 bytes. At most 150 are taken.' },
    });
  });

  it.each([
    [{}, 1_767_323_045_678],
    [{ originalTimestamp: '2026-01-01T00:00:00Z' }, 1_767_323_045_678],
    [{ timestamp: undefined, originalTimestamp: '2026-01-01T00:00:00Z' }, 1_767_225_600_000],
    [{ timestamp: null, originalTimestamp: '2026-01-01T00:00:00Z', sentAt: '2026-01-01T00:01:00Z' }, 1_767_225_600_000],
    [{ timestamp: undefined }, ARRIVAL],
    [{ timestamp: null, originalTimestamp: null }, ARRIVAL],
  ])('with %p happens at %p', (members, timestamp) => {
    expect(readOne({ type: 'track', event: 'e', ...members })).toMatchObject({ message: { timestamp } });
  });

  it.each([[undefined], [null]])('with the id %p gets one', (messageId) => {
    expect(readOne({ type: 'track', event: 'e', messageId })).toMatchObject({
      isIdMade: true,
      message: { id: 'made-0' },
    });
  });

  it.each([
    ['User Deleted', { delete: '1' }],
    ['User Suppressed', { suppress: '1' }],
    ['User Unsuppressed', { unsuppress: '1' }],
    ['Device Created or Updated', { ignored: 'track' }],
    ['Device Deleted', { ignored: 'track' }],
    ['Object Deleted', { ignored: 'track' }],
    ['Relationship Deleted', { ignored: 'track' }],
    ['Report Delivery Event', { ignored: 'track' }],
    ['Report Content Event', { ignored: 'track' }],
  ])('called %s means what Customer.io says, or is an event', (event, outcome) => {
    expect(brief(readOne({ type: 'track', event }))).toEqual(outcome);
    expect(brief(readOne({ type: 'track', event }, { hasCommandTracks: false }))).toEqual({ event, of: '1' });
  });

  it('called User Deleted has an id, a time and a customer', () => {
    expect(readOne({ type: 'track', event: 'User Deleted' })).toEqual({
      kind: 'delete',
      userId: '1',
      id: 'm',
      isIdMade: false,
      at: 1_767_323_045_678,
    });
    expect(brief(readOne({ type: 'track', event: 'User Deleted', userId: null }))).toBe('anonymous');
  });

  it.each([
    { type: 'track', event: 'User Deleted' },
    { type: 'track', event: 'User Suppressed' },
    { type: 'alias', previousId: '2' },
  ])('from a browser never deletes, suppresses or merges: %p', (message) => {
    expect(brief(readOne(message, { isFromBrowser: true }))).toEqual({ rejected: 'forbidden', field: undefined });
  });
});

describe('a request', () => {
  it('takes its type from the path', () => {
    const read = (body: object): unknown =>
      outcomesOf(readSegment({ kind: 'single', type: 'track' }, { ...BASE, ...body }, liveFacts())).map(brief);
    expect(read({ event: 'e' })).toEqual([{ event: 'e', of: '1' }]);
    expect(read({ event: 'e', type: 'identify' })).toEqual([{ event: 'e', of: '1' }]);
  });

  it('takes every message of a batch that is right', () => {
    const batch = [
      null,
      { ...BASE, type: 'track', event: 'e' },
      'x',
      { ...BASE, type: 'track', event: 'e', userId: [] },
    ];
    const reading = readSegment({ kind: 'batch' }, { batch, sentAt: 'x' }, liveFacts());
    expect(outcomesOf(reading).map((outcome) => outcome.kind)).toEqual(['rejected', 'message', 'rejected', 'rejected']);
    expect(reading.kind === 'read' && [0, 1, 2].map(reading.textOf)).toEqual(['null', JSON.stringify(batch[1]), '"x"']);
    expect(segmentAnswer()).toEqual({ status: 200, body: { success: true } });
  });

  it.each([[undefined], [null], [[]], ['x'], [{}], [{ batch: {} }]])('cannot be %p', (body) => {
    expect(readSegment({ kind: 'batch' }, body, liveFacts())).toMatchObject({
      kind: 'malformed',
      code: 'invalid_request',
    });
  });

  it.each([
    [{ writeKey: 'k' }, 'k'],
    [{ writeKey: '' }, undefined],
    [{ writeKey: 5 }, undefined],
    [['k'], undefined],
    [undefined, undefined],
  ])('of %p has the key %p', (body, key) => {
    expect(segmentKey(body)).toBe(key);
  });

  it('is kept without its key', () => {
    const message = { ...BASE, type: 'track', event: '', properties: { writeKey: 'own' } };
    const single = readSegment({ kind: 'single', type: 'track' }, { writeKey: 'k', ...message }, liveFacts());
    const batch = readSegment({ kind: 'batch' }, { batch: [{ ...message, writeKey: 'k' }] }, liveFacts());
    for (const reading of [single, batch])
      expect(reading.kind === 'read' && reading.textOf(0)).toBe(JSON.stringify(message));
    expect(withoutKey('{"writeKey" : "k","batch":{},"writeKey":"k')).toBe('{"writeKey":"","batch":{},"writeKey":""');
  });
});

describe('the settings', () => {
  it('send scripts back to this server', () => {
    const integration = { apiKey: 'k', apiHost: 'localhost:1323/v1', protocol: 'http' };
    expect(segmentSettings('http', 'k', 'localhost:1323', 'http')).toEqual({
      status: 200,
      body: { integrations: { 'Segment.io': integration, 'Customer.io Data Pipelines': integration } },
    });
  });
});
