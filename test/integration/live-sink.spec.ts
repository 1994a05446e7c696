import { NOWHERE } from '../../server/domain/access/audit.js';
import { MessageIdentifier } from '../../server/domain/message/message-identity.js';
import { customerioAnswer, readCustomerio } from '../../server/live/formats/customerio.js';
import type { LiveFacts, LiveResult, Reading } from '../../server/live/formats/live-call.js';
import { messagesAnswer, readMessages } from '../../server/live/formats/messages.js';
import { GroupCommit } from '../../server/live/group-commit.js';
import { LiveCustomers } from '../../server/live/live-customers.js';
import { LiveSink } from '../../server/live/live-sink.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { ARRIVAL, liveFacts } from '../support/live.js';
import { actions, allEntries } from '../support/access.js';
import { shown } from '../support/messages.js';

describe('a request', () => {
  let engine: ReturnType<typeof openMemory>;
  let sink: LiveSink;
  const lookUps: string[] = [];

  beforeEach(async () => {
    engine = openMemory();
    lookUps.length = 0;
    const { customers } = engine;
    const store = new LiveCustomers(customers, engine.search);
    sink = new LiveSink(new GroupCommit(customers), new MessageIdentifier(await customers.identityKey()), {
      findByEmail: (email) => {
        lookUps.push(email);
        return store.findByEmail(email);
      },
      command: (...values) => store.command(...values),
    });
  });
  afterEach(() => engine.close());

  const take = (reading: Reading, facts: Partial<LiveFacts> = {}): Promise<readonly LiveResult[]> => {
    if (reading.kind === 'malformed') throw new Error(reading.message);
    return sink.take(reading, liveFacts(facts), { source: { id: 1, name: 'shop' }, origin: NOWHERE });
  };
  const send = async (messages: unknown, facts: Partial<LiveFacts> = {}): Promise<unknown> => {
    const reading = readMessages(Buffer.from(JSON.stringify(messages)), liveFacts(facts));
    return messagesAnswer(await take(reading, facts), Array.isArray(messages)).body;
  };
  const operate = async (...batch: object[]): Promise<unknown> => {
    const body = JSON.parse(JSON.stringify({ batch: batch.map((one) => ({ type: 'person', ...one })) })) as never;
    const { status, body: answer } = customerioAnswer(await take(readCustomerio({ kind: 'batch' }, body, liveFacts())));
    return [status, answer];
  };
  const find = async (id: string): Promise<unknown> => shown(await engine.customers.get(id));

  it('of messages is told what became of each, and the same again that all were known', async () => {
    const messages = [
      { id: 'a', type: 'event', user_id: '1', name: 'e', timestamp: 100 },
      { id: 'a', type: 'event', user_id: '1', name: 'e', timestamp: 200 },
      { id: 'b', type: 'attributes', user_id: '1', data: { plan: 'pro' } },
      { id: 'c', type: 'event', name: 'e' },
      { id: 'd', type: 'event', user_id: '1' },
    ];
    const rejected = [{ index: 4, reason: 'invalid_event_name', message: '"name" is missing.' }];
    expect(await send(messages)).toEqual({ accepted: 2, duplicates: 1, stale: 0, anonymous: 1, rejected });
    // The attributes have no time of their own, so their repeat is one however late it comes.
    const later = { arrival: ARRIVAL + 60_000 };
    expect(await send(messages, later)).toEqual({ accepted: 0, duplicates: 3, stale: 0, anonymous: 1, rejected });
    expect(await find('1')).toEqual({
      id: '1',
      attributes: { plan: 'pro' },
      events: { e: 1 },
      last_updated: Math.floor(ARRIVAL / 1000),
    });
  });

  it('is counted by what became of its items, and its rejects are kept with their texts', async () => {
    const messages = [
      { id: 'a', type: 'event', user_id: '1', name: 'e' },
      { id: 'a', type: 'event', user_id: '1', name: 'e' },
      { id: 'b', type: 'event', name: 'e' },
      { id: 'c', type: 'event', user_id: '2' },
      { id: 'd', type: 'attributes', data: 5, user_id: 'x'.repeat(200) },
    ];
    await send(messages);
    await send([{ ...messages[0], user_id: 'new' }], { mayCreate: false });
    await operate(
      { action: 'delete', identifiers: { id: '1' } },
      { action: 'delete', identifiers: { id: '1' }, timestamp: 'never' },
    );
    const hour = ARRIVAL - (ARRIVAL % 3_600_000);
    const counts = { accepted: 2, anonymous: 1, duplicate: 1, rejected: 4 };
    expect(await engine.sources.counts(0)).toEqual(
      Object.entries(counts).map(([outcome, count]) => ({ source: 1, hour, outcome, count })),
    );
    const rejects = await engine.sources.rejects(1, 10);
    expect(
      rejects.map(({ reason, field, userId, text }) => [reason, field, userId, JSON.parse(text) as unknown]),
    ).toEqual([
      ['invalid_timestamp', 'timestamp', '1', expect.objectContaining({ timestamp: 'never' })],
      ['unknown_customer', undefined, 'new', { ...messages[0], user_id: 'new' }],
      ['invalid_user_id', 'user_id', undefined, messages[4]],
      ['invalid_event_name', 'name', '2', messages[3]],
    ]);
    expect(rejects.every(({ at, message }) => at === ARRIVAL && message !== '')).toBe(true);
  });

  it('of a source that may not create has its messages of others rejected', async () => {
    const message = { id: 'a', type: 'event', user_id: '1', name: 'e' };
    expect(await send([message], { mayCreate: false })).toMatchObject({
      accepted: 0,
      rejected: [{ reason: 'unknown_customer' }],
    });
    expect(await send([message])).toMatchObject({ accepted: 1 });
    expect(await send([{ ...message, id: 'b' }], { mayCreate: false })).toMatchObject({ accepted: 1, rejected: [] });
  });

  it('that updates a customer which does not exist is taken, and changes nothing', async () => {
    const route = { kind: 'customer', action: 'identify', id: '7' } as const;
    const results = await take(readCustomerio(route, { _update: true, plan: 'pro' }, liveFacts()));
    expect(results).toMatchObject([{ fate: 'ignored' }]);
    expect(customerioAnswer(results)).toEqual({ status: 200, body: {} });
    expect(await engine.customers.get('7')).toBeUndefined();
  });

  it('names a customer by the email that an earlier item has set, or taken away', async () => {
    const identify = (identifiers: object, attributes: object): object => ({
      ...{ action: 'identify', identifiers, attributes },
    });
    expect(
      await operate(
        identify({ id: '1' }, { email: 'a@example.com' }),
        identify({ email: 'a@example.com' }, { plan: 'pro' }),
        identify({ email: 'a@example.com' }, { email: 'b@example.com' }),
        identify({ email: 'a@example.com' }, { plan: 'free' }),
        identify({ email: 'b@example.com' }, { age: 36 }),
        { action: 'delete', identifiers: { email: 'b@example.com' } },
        identify({ email: 'b@example.com' }, { age: 37 }),
      ),
    ).toMatchObject([
      207,
      {
        errors: [
          { batch_index: 3, reason: 'unknown_customer' },
          { batch_index: 6, reason: 'unknown_customer' },
        ],
      },
    ]);
    expect(await find('1')).toBeUndefined();
  });

  it('names customers by their emails, each looked up once', async () => {
    const identify = (email: string, id: string): object => ({
      action: 'identify',
      id,
      identifiers: { email },
      attributes: { [id]: 1 },
    });
    await send([
      { id: 'a', type: 'attributes', user_id: '1', data: { email: 'a@example.com' } },
      { id: 'b', type: 'attributes', user_id: '2', data: { email: 'both@example.com' } },
      { id: 'c', type: 'attributes', user_id: '3', data: { email: 'both@example.com' } },
    ]);
    const emailsSent = ['a@example.com', 'nobody@example.com', 'a@example.com', 'both@example.com'];
    expect(await operate(...emailsSent.map((email, n) => identify(email, `x${n}`)))).toMatchObject([
      207,
      {
        errors: [
          { batch_index: 1, reason: 'unknown_customer', field: 'identifiers.email' },
          { batch_index: 3, reason: 'ambiguous_email', field: 'identifiers.email' },
        ],
      },
    ]);
    expect(await find('1')).toMatchObject({ attributes: { x0: 1, x2: 1 } });
    expect(lookUps).toEqual(['a@example.com', 'nobody@example.com', 'both@example.com']);
  });

  it('without times has its commands in the order of its items', async () => {
    const of = { identifiers: { id: '1' } };
    await operate(
      { action: 'event', name: 'before', ...of },
      { action: 'delete', ...of },
      { action: 'event', name: 'after', ...of },
    );
    expect(await find('1')).toMatchObject({ events: { after: 1 } });
  });

  it('suppresses and unsuppresses in the order of its items, with its source as the author', async () => {
    const of = { identifiers: { id: '1' } };
    const answer = await operate(
      { action: 'event', name: 'before', ...of },
      { action: 'suppress', ...of },
      { action: 'event', name: 'between', ...of },
      { action: 'unsuppress', ...of },
      { action: 'event', name: 'after', ...of },
      { action: 'delete', identifiers: { id: 'unknown' } },
    );
    expect(answer).toEqual([200, {}]);
    expect(await engine.sources.rejects(1, 10)).toMatchObject([{ reason: 'suppressed', userId: '1' }]);
    expect(await find('1')).toMatchObject({ events: { after: 1 } });
    expect(await actions(engine.access)).toEqual(['customer.suppressed', 'customer.unsuppressed']);
    const author = { kind: 'source', id: 1, name: 'shop' };
    expect(await allEntries(engine.access)).toMatchObject([
      { author, target: '1' },
      { author, target: '1' },
    ]);
  });

  it('applies its commands between its messages', async () => {
    const event = (name: string, timestamp: number): object => ({
      action: 'event',
      name,
      timestamp,
      identifiers: { id: '1' },
    });
    const answer = await operate(
      event('before', 100),
      { action: 'delete', identifiers: { id: '1' }, timestamp: 200 },
      event('stale', 150),
      event('after', 300),
    );
    expect(answer).toEqual([200, {}]);
    expect(await find('1')).toEqual({ id: '1', attributes: {}, events: { after: 1 }, last_updated: 300 });
  });
});
