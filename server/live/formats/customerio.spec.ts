import { ARRIVAL, brief, liveFacts, outcomesOf } from '../../../test/support/live.js';
import type { Json } from '../../domain/json.js';
import { customerioAnswer, customerioRegion, customerioRoute, readCustomerio } from './customerio.js';
import type { LiveFacts, LiveOutcome, LiveResult, Reading } from './live-call.js';
import { foundByEmail } from './read-call.js';

function read(method: string, path: string, body?: Json, facts: Partial<LiveFacts> = {}): Reading {
  const route = customerioRoute(method, path);
  if (!route || route.kind === 'region') throw new Error(`${method} ${path} has no body.`);
  return readCustomerio(route, body, liveFacts(facts));
}

function one(method: string, path: string, body?: Json, facts: Partial<LiveFacts> = {}): unknown {
  return outcomesOf(read(method, path, body, facts)).map(brief)[0];
}

function operation(members: Record<string, Json>, facts: Partial<LiveFacts> = {}): unknown {
  return one('POST', '/api/v2/entity', { type: 'person', identifiers: { id: '1' }, ...members }, facts);
}

describe('a path', () => {
  it.each([
    ['PUT', '/api/v1/customers/1', { kind: 'customer', action: 'identify', id: '1' }],
    [
      'PUT',
      '/api/v1/customers/a%20b%2F%C3%BC%40x+%25%3F%23%26',
      { kind: 'customer', action: 'identify', id: 'a b/ü@x+%?#&' },
    ],
    ['PUT', '/api/v1/customers/1/', { kind: 'customer', action: 'identify', id: '1' }],
    ['DELETE', '/api/v1/customers/1', { kind: 'customer', action: 'delete', id: '1' }],
    ['POST', '/api/v1/customers/1/suppress', { kind: 'customer', action: 'suppress', id: '1' }],
    ['POST', '/api/v1/customers/1/unsuppress', { kind: 'customer', action: 'unsuppress', id: '1' }],
    ['POST', '/api/v1/customers/1/events', { kind: 'customer', action: 'event', id: '1' }],
    ['POST', '/api/v1/customers/events/events', { kind: 'customer', action: 'event', id: 'events' }],
    ['PUT', '/api/v1/customers/1/devices', { kind: 'ignored', what: 'devices' }],
    ['DELETE', '/api/v1/customers/1/devices/a%2Fb', { kind: 'ignored', what: 'devices' }],
    ['POST', '/api/v1/events', { kind: 'anonymous event' }],
    ['POST', '/api/v1/merge_customers', { kind: 'merge' }],
    ['POST', '/api/v1/push/events', { kind: 'ignored', what: 'push/events' }],
    ['POST', '/api/v1/metrics', { kind: 'ignored', what: 'metrics' }],
    ['POST', '/api/v1/forms/f/submit', { kind: 'form' }],
    ['GET', '/api/v1/accounts/region', { kind: 'region' }],
    ['POST', '/api/v2/entity', { kind: 'entity' }],
    ['POST', '/api/v2/batch', { kind: 'batch' }],
    ['POST', '/api/v1/segments/1/add_customers', undefined],
    ['POST', '/api/v1/customers/1', undefined],
    ['GET', '/api/v1/customers/1', undefined],
    ['PUT', '/api/v1/customers/', undefined],
    ['POST', '/api/v1/customers//events', undefined],
    ['PUT', '/api/v1/customers/%ZZ', undefined],
    ['PUT', '/api/v2/customers/1', undefined],
    ['POST', '/api/v1/customers/1/devices/a/b', undefined],
    ['POST', '/api/v1%20events', undefined],
    ['PUT', '/customers/1', undefined],
    ['GET', '/api', undefined],
  ])('%s %s is %p', (method, path, route) => {
    expect(customerioRoute(method, path)).toEqual(route);
  });

  it.each([
    ['PUT', '/api/v1/customers/cio_f5e', {}],
    ['DELETE', '/api/v1/customers/cio_f5e', undefined],
    ['POST', '/api/v1/customers/cio_f5e/events', { name: 'e' }],
  ])('%s %s names an id that Roster does not know', (method, path, body) => {
    expect(one(method, path, body)).toEqual({ rejected: 'unsupported_identifier', field: 'customer_id' });
  });
});

describe('a customer', () => {
  it.each<[Json | undefined, unknown]>([
    [
      { plan: 'pro', n: null },
      { attributes: { plan: 'pro', n: null }, of: '1' },
    ],
    [
      { id: '2', cio_id: 'f5e', anonymous_id: 'a', _update: true, plan: 'pro' },
      { attributes: { plan: 'pro' }, of: '1' },
    ],
    [
      { email: 'a@example.com', created_at: 1, unsubscribed: true },
      { attributes: { email: 'a@example.com', created_at: 1, unsubscribed: true }, of: '1' },
    ],
    [{}, { attributes: {}, of: '1' }],
    [{ '': 1 }, { rejected: 'invalid_attribute_name', field: 'body' }],
    [[], { rejected: 'invalid_data', field: 'body' }],
    [undefined, { rejected: 'invalid_data', field: 'body' }],
  ])('of %p', (body, outcome) => {
    expect(one('PUT', '/api/v1/customers/1', body)).toEqual(outcome);
  });

  it('is created by an update only where it may be', () => {
    const outcomes = (body: Json, facts?: Partial<LiveFacts>): readonly LiveOutcome[] =>
      outcomesOf(read('PUT', '/api/v1/customers/1', body, facts));
    expect(outcomes({ _update: true })).toMatchObject([{ ifUnknown: 'ignore' }]);
    expect(outcomes({ _update: false })).toMatchObject([{ ifUnknown: 'create' }]);
    expect(outcomes({ _update: true }, { mayCreate: false })).toMatchObject([{ ifUnknown: 'ignore' }]);
    expect(outcomes({}, { mayCreate: false })).toMatchObject([{ ifUnknown: 'reject' }]);
  });

  it.each([
    ['DELETE', '', 'delete'],
    ['POST', '/suppress', 'suppress'],
    ['POST', '/unsuppress', 'unsuppress'],
  ])('%s …%s takes effect at its arrival, where it is allowed', (method, below, kind) => {
    const path = `/api/v1/customers/1${below}`;
    expect(outcomesOf(read(method, path))).toEqual([
      { kind, userId: '1', id: 'made-0', isIdMade: true, at: ARRIVAL - 1 },
    ]);
    expect(one(method, path, {}, { mayDelete: false })).toEqual({ rejected: 'forbidden', field: undefined });
    expect(one(method, path, {}, { isFromBrowser: true })).toEqual({ rejected: 'forbidden', field: undefined });
  });

  it('with a long id is rejected', () => {
    expect(one('DELETE', `/api/v1/customers/${'x'.repeat(151)}`)).toEqual({
      rejected: 'invalid_user_id',
      field: 'customer_id',
    });
  });
});

describe('an event', () => {
  it.each<[Json, unknown]>([
    [
      { name: ' purchase\n', data: { price: 1 } },
      { event: 'purchase', of: '1', data: { price: 1 } },
    ],
    [
      { name: 'e', data: null, type: null, id: null, timestamp: null },
      { event: 'e', of: '1' },
    ],
    [
      { name: 'e', type: 'event' },
      { event: 'e', of: '1' },
    ],
    [
      { name: 'http://a/b', type: 'page', data: { url: 'x', ref: 'y' } },
      { event: 'page', of: '1', data: { url: 'http://a/b', ref: 'y' } },
    ],
    [
      { name: 'x'.repeat(300), type: 'page' },
      { event: 'page', of: '1', data: { url: 'x'.repeat(300) } },
    ],
    [
      { name: 'Home', type: 'screen' },
      { event: 'screen', of: '1', data: { name: 'Home' } },
    ],
    [{ type: 'page' }, { rejected: 'invalid_event_name', field: 'name' }],
    [
      { name: 'e', type: 'push' },
      { rejected: 'unknown_type', field: 'type' },
    ],
    [{ name: '' }, { rejected: 'invalid_event_name', field: 'name' }],
    [{}, { rejected: 'invalid_event_name', field: 'name' }],
    [
      { name: 'e', timestamp: 'soon' },
      { rejected: 'invalid_timestamp', field: 'timestamp' },
    ],
    [
      { name: 'e', id: '' },
      { rejected: 'invalid_id', field: 'id' },
    ],
  ])('of %p', (body, outcome) => {
    expect(one('POST', '/api/v1/customers/1/events', body)).toEqual(outcome);
  });

  it.each([
    [{ name: 'e', id: 'any text' }, { id: 'any text', timestamp: ARRIVAL }, false],
    [{ name: 'e', timestamp: 1_767_323_045 }, { id: 'made-0', timestamp: 1_767_323_045_000 }, true],
    [{ name: 'e', timestamp: '1767323045' }, { id: 'made-0', timestamp: 1_767_323_045_000 }, true],
  ])('%p has the marks %p', (body, message, isIdMade) => {
    expect(outcomesOf(read('POST', '/api/v1/customers/1/events', body))).toMatchObject([{ message, isIdMade }]);
  });

  it('of an anonymous customer is counted', () => {
    expect(one('POST', '/api/v1/events', { name: 'e', anonymous_id: 'a' })).toBe('anonymous');
    expect(one('POST', '/api/v1/events', { name: 'e', data: { recipient: 'a@example.com' } })).toBe('anonymous');
  });
});

describe('an operation', () => {
  it.each<[Record<string, Json>, unknown]>([
    [
      { action: 'identify', attributes: { plan: 'pro', _update: true } },
      { attributes: { plan: 'pro' }, of: '1' },
    ],
    [{ action: 'identify' }, { attributes: {}, of: '1' }],
    [
      { action: 'identify', attributes: [] },
      { rejected: 'invalid_data', field: 'attributes' },
    ],
    [
      { action: 'identify', identifiers: { id: 7 } },
      { attributes: {}, of: '7' },
    ],
    [
      { action: 'identify', identifiers: { id: '1', email: 'a@example.com', cio_id: 'x' } },
      { attributes: {}, of: '1' },
    ],
    [{ action: 'identify', identifiers: { email: 'a@example.com' } }, { needs: 'a@example.com' }],
    [
      { action: 'identify', identifiers: { email: 5 } },
      { rejected: 'invalid_user_id', field: 'identifiers.email' },
    ],
    [
      { action: 'identify', identifiers: { id: 'cio_f5e' } },
      { rejected: 'unsupported_identifier', field: 'identifiers.id' },
    ],
    [
      { action: 'identify', identifiers: { cio_id: 'x' } },
      { rejected: 'unsupported_identifier', field: 'identifiers.cio_id' },
    ],
    [
      { action: 'identify', identifiers: { phone: '1' } },
      { rejected: 'unsupported_identifier', field: 'identifiers.phone' },
    ],
    [
      { action: 'identify', identifiers: { id: '' } },
      { rejected: 'invalid_user_id', field: 'identifiers' },
    ],
    [
      { action: 'identify', identifiers: null },
      { rejected: 'invalid_user_id', field: 'identifiers' },
    ],
    [
      { action: 'identify', identifiers: { id: [] } },
      { rejected: 'invalid_user_id', field: 'identifiers.id' },
    ],
    [
      { action: 'event', name: ' e ', attributes: { a: 1 } },
      { event: 'e', of: '1', data: { a: 1 } },
    ],
    [{ action: 'event', name: 'e', identifiers: { anonymous_id: 'a' } }, 'anonymous'],
    [{ action: 'event', identifiers: { email: 'a@example.com' } }, { needs: 'a@example.com' }],
    [
      { action: 'page', name: 'http://a/' },
      { event: 'page', of: '1', data: { url: 'http://a/' } },
    ],
    [
      { action: 'screen', name: 'Home', attributes: { a: 1 } },
      { event: 'screen', of: '1', data: { a: 1, name: 'Home' } },
    ],
    [{ action: 'delete' }, { delete: '1' }],
    [{ action: 'suppress' }, { suppress: '1' }],
    [{ action: 'unsuppress' }, { unsuppress: '1' }],
    [
      { action: 'merge', primary: { id: '1' }, secondary: { email: 'a' } },
      { merge: { email: 'a', field: 'secondary.email' }, into: { id: '1' } },
    ],
    [{ action: 'merge', primary: { id: '1' }, secondary: { id: '1' } }, { ignored: 'merge' }],
    [
      { action: 'merge', primary: { id: '1' } },
      { rejected: 'invalid_user_id', field: 'secondary' },
    ],
    [{ action: 'add_device', device: {} }, { ignored: 'add_device' }],
    [{ action: 'delete_device', device: {} }, { ignored: 'delete_device' }],
    [{ action: 'add_relationships' }, { ignored: 'add_relationships' }],
    [{ action: 'delete_relationships' }, { ignored: 'delete_relationships' }],
    [{ action: 'explode' }, { rejected: 'unknown_type', field: 'action' }],
    [{}, { rejected: 'unknown_type', field: 'action' }],
    [{ type: 'object', action: 'identify' }, { ignored: 'object' }],
    [{ type: 'delivery', action: 'x' }, { ignored: 'delivery' }],
    [{ type: 'pet' }, { rejected: 'unknown_type', field: 'type' }],
  ])('of %p', (members, outcome) => {
    expect(operation(members)).toEqual(outcome);
  });

  it('of a request without a body has no text', () => {
    const reading = read('DELETE', '/api/v1/customers/1');
    expect(reading.kind === 'read' && reading.textOf(0)).toBe('');
  });

  it('has the time and the id that it names', () => {
    const body = {
      type: 'person',
      action: 'identify',
      identifiers: { id: '1' },
      attributes: {},
      timestamp: 1_767_323_045,
      id: 'x',
    };
    expect(outcomesOf(read('POST', '/api/v2/entity', body))).toMatchObject([
      { isIdMade: false, message: { id: 'x', timestamp: 1_767_323_045_000 } },
    ]);
  });

  it('from a browser never merges', () => {
    const merge = { action: 'merge', primary: { id: '1' }, secondary: { id: '2' } };
    expect(operation(merge, { isFromBrowser: true })).toEqual({ rejected: 'forbidden', field: undefined });
  });
});

describe('an email', () => {
  const body = {
    type: 'person',
    action: 'identify',
    identifiers: { email: 'a@example.com' },
    attributes: { plan: 'pro' },
  };
  const [needs] = outcomesOf(read('POST', '/api/v2/entity', body));
  const found = (ids: string[]): LiveOutcome => {
    if (needs.kind !== 'needs') throw new Error(needs.kind);
    return foundByEmail(needs, ids, 3, liveFacts());
  };

  it('stands for the one customer that has it', () => {
    expect(found(['7'])).toMatchObject({ kind: 'message', message: { userId: '7', id: 'made-3' } });
  });

  it.each([
    [[], 'unknown_customer', 'There is no customer with the email "a@example.com". Send the id of the customer.'],
    [['7', '8'], 'ambiguous_email', 'Several customers have the email "a@example.com". Send the id of the customer.'],
  ])('of the customers %p is an error', (ids, reason, message) => {
    expect(found(ids)).toEqual({ kind: 'rejected', reject: { reason, field: 'identifiers.email', message } });
  });

  it('of a form is its customer, and an attribute', () => {
    const [form] = outcomesOf(
      read('POST', '/api/v1/forms/f/submit', { data: { email: 'a@example.com', plan: 'pro' } }),
    );
    if (form.kind !== 'needs') throw new Error(form.kind);
    expect(brief(foundByEmail(form, ['7'], 0, liveFacts()))).toEqual({
      attributes: { email: 'a@example.com', plan: 'pro' },
      of: '7',
    });
    expect(one('POST', '/api/v1/forms/f/submit', { data: { id: '1', plan: 'pro' } })).toEqual({
      attributes: { plan: 'pro' },
      of: '1',
    });
    expect(one('POST', '/api/v1/forms/f/submit', {})).toEqual({ rejected: 'invalid_user_id', field: 'data' });
  });
});

describe('a body', () => {
  it.each([
    ['POST', '/api/v2/batch', {}],
    ['POST', '/api/v2/batch', []],
    ['POST', '/api/v2/batch', undefined],
    ['POST', '/api/v2/entity', []],
    ['POST', '/api/v2/entity', undefined],
    ['POST', '/api/v1/customers/1/events', null],
    ['POST', '/api/v1/events', 'x'],
    ['POST', '/api/v1/merge_customers', 5],
    ['POST', '/api/v1/forms/f/submit', undefined],
  ])('of %s %s cannot be %p', (method, path, body) => {
    expect(read(method, path, body)).toMatchObject({ kind: 'malformed', code: 'invalid_request' });
  });

  it.each([['/api/v1/metrics'], ['/api/v1/push/events']])('of %s may be anything', (path) => {
    expect(one('POST', path, 5)).toHaveProperty('ignored');
  });
});

describe('the answer', () => {
  const result = (fate: LiveResult['fate']): LiveResult => ({ id: 'a', isIdMade: false, fate });
  const reject = { reason: 'invalid_timestamp', field: 'timestamp', message: 'It is wrong.' } as const;
  const suppressed = { reason: 'suppressed', field: undefined, message: 'The customer is suppressed.' } as const;
  const told = { reason: 'invalid_timestamp', field: 'timestamp', message: 'It is wrong.' };

  it('to what was taken is empty', () => {
    const fates = ['accepted', 'duplicate', 'stale', 'anonymous', 'ignored', suppressed] as const;
    expect(customerioAnswer(fates.map(result))).toEqual({ status: 200, body: {} });
    expect(customerioAnswer([])).toEqual({ status: 200, body: {} });
  });

  it('to a call that is wrong has the text where clients look for it', () => {
    expect(customerioAnswer([result(reject)])).toEqual({
      status: 400,
      body: {
        statusCode: 400,
        error: 'Bad Request',
        code: 'invalid_timestamp',
        message: 'It is wrong.',
        meta: { error: 'It is wrong.', errors: ['It is wrong.'] },
        errors: [{ batch_index: 0, ...told }],
      },
    });
  });

  it('to a batch of which a part is wrong is 207', () => {
    const results = [result('accepted'), result(reject), result('duplicate')];
    expect(customerioAnswer(results)).toEqual({ status: 207, body: { errors: [{ batch_index: 1, ...told }] } });
  });

  it('names the region', () => {
    expect(customerioRegion('http://localhost:1323')).toEqual({
      status: 200,
      body: { url: 'http://localhost:1323', region: 'us', environment_id: 1 },
    });
  });
});
