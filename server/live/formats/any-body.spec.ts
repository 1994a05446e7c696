import fc from 'fast-check';
import { runs } from '../../../test/support/fast-check.js';
import { liveFacts } from '../../../test/support/live.js';
import { parseJson } from '../../domain/json.js';
import { LIMITS } from '../../domain/limits.js';
import { parseBody } from './body.js';
import { customerioAnswer, customerioRoute, readCustomerio, type CustomerioRoute } from './customerio.js';
import { malformedAnswer } from './error-answer.js';
import type { LiveOutcome, LiveResult, Reading } from './live-call.js';
import { messagesAnswer, readMessages } from './messages.js';
import { foundByEmail } from './read-call.js';
import { readSegment, segmentRoute, type SegmentRoute } from './segment.js';

const MEMBERS = [
  ['type', 'action', 'id', 'user_id', 'timestamp', 'name', 'data', 'attributes', 'identifiers', 'email', 'cio_id'],
  ['messageId', 'userId', 'anonymousId', 'previousId', 'originalTimestamp', 'event', 'traits', 'properties', 'context'],
  ['primary', 'secondary', '_update', '__proto__', 'constructor', 'toString', ''],
].flat();
const TEXTS = [
  [
    'event',
    'attributes',
    'identify',
    'track',
    'page',
    'screen',
    'group',
    'alias',
    'person',
    'object',
    'merge',
    'delete',
  ],
  [
    'suppress',
    'User Deleted',
    '1',
    'a@example.com',
    'cio_1',
    '2026-01-02T03:04:05.678Z',
    '1767323045',
    '',
    '\0',
    '\ud800',
  ],
].flat();
const NUMBERS = ['1', '1.0', '-0', '1e400', '1767323045.5', '1767323045678', '9'.repeat(500), '0.1000000000000000055'];

/** JSON that often has the members that a format reads. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...TEXTS).map((text) => JSON.stringify(text)),
    fc.constantFrom(...NUMBERS, 'null', 'true'),
    fc.string({ unit: 'binary', maxLength: 300 }).map((text) => JSON.stringify(text)),
    fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join()}]`),
    fc
      .array(fc.tuple(fc.constantFrom(...MEMBERS), tie('json')), { maxLength: 8 })
      .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`),
  ),
}));
const list = fc.array(json, { maxLength: 6 });
const facts = fc
  .record({
    isFromBrowser: fc.boolean(),
    keepsEmptyText: fc.boolean(),
    mayDelete: fc.boolean(),
    hasCommandTracks: fc.boolean(),
    mayCreate: fc.boolean(),
  })
  .chain((members) => fc.constantFrom(0, 2_000_000).map((bodyBytes) => liveFacts({ ...members, bodyBytes })));

/** Checks an outcome and gives the result that it would have. */
function resultOf(outcome: LiveOutcome, index: number): LiveResult {
  switch (outcome.kind) {
    case 'message': {
      const { message, isIdMade } = outcome;
      expect(message.userId).not.toBe('');
      if (message.type === 'event') message.data?.();
      return { id: message.id, isIdMade, fate: 'accepted' };
    }
    case 'needs': {
      const settled = foundByEmail(outcome, ['7'], index, liveFacts());
      expect(settled.kind).not.toBe('needs');
      return resultOf(settled, index);
    }
    case 'rejected':
      expect(outcome.reject.message).toMatch(/^.{8,500}$/su);
      return { id: undefined, isIdMade: false, fate: outcome.reject };
    case 'anonymous':
      return { id: outcome.id, isIdMade: outcome.isIdMade, fate: 'anonymous' };
    case 'ignored':
    case 'merge':
      return { id: undefined, isIdMade: false, fate: 'ignored' };
    default:
      expect(outcome.userId).not.toBe('');
      return { id: outcome.id, isIdMade: outcome.isIdMade, fate: 'accepted' };
  }
}

function resultsOf(reading: Reading): LiveResult[] | undefined {
  if (reading.kind === 'malformed') {
    expect([400, 413]).toContain(malformedAnswer(reading).status);
    return undefined;
  }
  return reading.outcomes.map(resultOf);
}

function segmentPath(path: string): Exclude<SegmentRoute, { kind: 'settings' }> {
  const route = segmentRoute('POST', path);
  if (!route || route.kind === 'settings') throw new Error(path);
  return route;
}

function customerioPath(method: string, path: string): Exclude<CustomerioRoute, { kind: 'region' }> {
  const route = customerioRoute(method, path);
  if (!route || route.kind === 'region') throw new Error(path);
  return route;
}

describe('any JSON', () => {
  it('is read by the format of messages, item by item', () => {
    fc.assert(
      fc.property(list, fc.constantFrom('list', 'lines'), facts, (items, form, terms) => {
        const body = form === 'list' ? `[${items.join()}]` : items.join('\n');
        const reading = readMessages(Buffer.from(body), terms);
        const results = resultsOf(reading);
        if (form === 'list') expect(results).toHaveLength(items.length);
        if (!results || reading.kind === 'malformed') return;
        const { accepted, duplicates, stale, anonymous, rejected } = messagesAnswer(results, reading.isList).body;
        expect([accepted, duplicates, stale, anonymous, (rejected as unknown[]).length].reduce(sum)).toBe(
          results.length,
        );
      }),
      runs(100),
    );
  });

  it('is read by the format of Segment, message by message', () => {
    fc.assert(
      fc.property(list, facts, (items, terms) => {
        const results = resultsOf(
          readSegment(segmentPath('/v1/batch'), parseJson(`{"batch":[${items.join()}]}`), terms),
        );
        expect(results).toHaveLength(items.length);
      }),
      runs(100),
    );
    fc.assert(
      fc.property(json, fc.constantFrom('b', 'i', 't', 'p', 's', 'g', 'a'), facts, (body, path, terms) => {
        resultsOf(readSegment(segmentPath(`/v1/${path}`), parseJson(body), terms));
      }),
    );
  });

  it('is read by the format of Customer.io, operation by operation', () => {
    const batch = customerioPath('POST', '/api/v2/batch');
    fc.assert(
      fc.property(list, facts, (items, terms) => {
        const results = resultsOf(readCustomerio(batch, parseJson(`{"batch":[${items.join()}]}`), terms)) ?? [];
        expect(results).toHaveLength(items.length);
        const wrong = results.filter(({ fate }) => typeof fate === 'object').length;
        const status = wrong === 0 ? 200 : wrong < items.length ? 207 : 400;
        expect(customerioAnswer(results).status).toBe(status);
      }),
      runs(100),
    );
    const paths = [
      ['PUT', 'v1/customers/1'],
      ['DELETE', 'v1/customers/1'],
      ['POST', 'v1/customers/1/events'],
      ['POST', 'v1/events'],
      ['POST', 'v1/merge_customers'],
      ['POST', 'v1/forms/f/submit'],
      ['POST', 'v2/entity'],
    ] as const;
    fc.assert(
      fc.property(json, fc.constantFrom(...paths), facts, (body, [method, path], terms) => {
        const results = resultsOf(readCustomerio(customerioPath(method, `/api/${path}`), parseJson(body), terms));
        if (results) expect(results).toHaveLength(1);
      }),
    );
  });

  it('is read however deep it is nested', () => {
    const depth = LIMITS.depth - 10;
    const deep = `${'['.repeat(depth)}1.0${']'.repeat(depth)}`;
    const members = `"type":"identify","id":"a","userId":"1","user_id":"1","event":"e","name":"n"`;
    const items = ['traits', 'data', 'userId', 'id', 'timestamp', 'event'].map(
      (name) => `{${members},"${name}":${deep}}`,
    );
    const body = parseJson(`{"batch":[${items.join()},${deep}]}`);
    expect(resultsOf(readSegment(segmentPath('/v1/batch'), body, liveFacts()))).toHaveLength(7);
    expect(resultsOf(readCustomerio(customerioPath('POST', '/api/v2/batch'), body, liveFacts()))).toHaveLength(7);
    const event = `{"type":"event","user_id":"1","name":"n","data":${deep}}`;
    const attributes = `{"type":"attributes","user_id":"1","data":{"a":${deep}}}`;
    expect(resultsOf(readMessages(Buffer.from(`[${event},${attributes},${deep}]`), liveFacts()))).toMatchObject([
      { fate: 'accepted' },
      { fate: { reason: 'invalid_attribute_value' } },
      { fate: { reason: 'not_an_object' } },
    ]);
  });
});

describe('any bytes', () => {
  it.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['{"\\\\":[', ']}'],
  ])('are refused at once where %s is nested too deep', (open, close) => {
    const levels = (LIMITS.depth / (open.match(/[[{]/g)?.length ?? 1)) | 0;
    const nested = (depth: number): Buffer => Buffer.from(`${open.repeat(depth)}1${close.repeat(depth)}`);
    expect(parseBody(nested(levels))).toMatchObject({ kind: 'json' });
    expect(parseBody(nested(levels + 1))).toMatchObject({ kind: 'malformed', code: 'invalid_request' });
    const bomb = Buffer.from(`{}\n"\n${open.repeat(Math.floor(10_000_000 / open.length))}`);
    const start = process.cpuUsage();
    expect(readMessages(bomb, liveFacts())).toMatchObject({ kind: 'malformed', code: 'invalid_request' });
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000);
  });

  it('are not deep where brackets stand in texts', () => {
    const text = JSON.stringify(`${'\\"['.repeat(LIMITS.depth)}\n`);
    expect(parseBody(Buffer.from(`[${text},${text}]`))).toMatchObject({ kind: 'json' });
  });

  it('are a body or malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), facts, (bytes, terms) => {
        resultsOf(readMessages(bytes, terms));
        const body = parseBody(bytes);
        if (body.kind === 'json') resultsOf(readSegment(segmentPath('/v1/batch'), body.value, terms));
      }),
    );
  });

  it('are a path that is known or not', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
        fc.webPath(),
        fc.constantFrom('', '/v1', '/api/v1'),
        (method, path, prefix) => {
          expect([undefined, 'object']).toContain(segmentRoute(method, prefix + path) && 'object');
          expect([undefined, 'object']).toContain(customerioRoute(method, prefix + path) && 'object');
        },
      ),
    );
  });
});

function sum(a: unknown, b: unknown): number {
  return Number(a) + Number(b);
}
