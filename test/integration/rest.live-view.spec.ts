import { request as connect, type IncomingMessage } from 'node:http';
import { ENGINES, type Engine } from '../support/engine.js';
import { basic, makeSource } from '../support/live-sources.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const [[, open]] = ENGINES;

interface Call {
  readonly n: number;
  readonly user_id?: string;
  readonly outcome: string;
  readonly text: string;
}

/** A listener to the live view. */
class Listener {
  readonly calls: Call[] = [];
  readonly skipped: number[] = [];
  text = '';

  private constructor(private readonly answer: IncomingMessage) {}

  static async open(url: string, query = '', headers: Record<string, string> = {}): Promise<Listener> {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      connect(`${url}/live${query}`, { headers, agent: false }, resolve).on('error', reject).end();
    });
    const listener = new Listener(answer);
    answer.setEncoding('utf8').on('data', (text: string) => listener.read(text));
    answer.on('error', () => undefined);
    await until(async () => listener.text !== '');
    return listener;
  }

  get headers(): IncomingMessage['headers'] {
    return this.answer.headers;
  }

  onEnd(listener: () => void): void {
    this.answer.once('close', listener);
  }

  close(): void {
    this.answer.destroy();
  }

  private read(text: string): void {
    this.text += text;
    const events = this.text.split('\n\n');
    this.text = events.pop() ?? '';
    if (this.text === '') this.text = ' ';
    for (const event of events) {
      const name = /^event: (\w+)$/m.exec(event)?.[1];
      const data: unknown = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? 'null');
      if (name === 'call') this.calls.push(data as Call);
      if (name === 'skipped') this.skipped.push((data as { count: number }).count);
    }
  }
}

describe('the live view', () => {
  let engine: Engine;
  let app: RestApp;
  let url: string;
  const listeners: Listener[] = [];

  beforeEach(async () => {
    engine = await open();
    app = await startRestApp(engine);
    url = await app.listen();
  });
  afterEach(async () => {
    for (const listener of listeners.splice(0)) listener.close();
    await app.close();
  });

  const listen = async (query = '', headers: Record<string, string> = {}): Promise<Listener> => {
    const listener = await Listener.open(url, query, headers);
    listeners.push(listener);
    return listener;
  };
  const send = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> =>
    app.post(path, typeof body === 'string' ? body : JSON.stringify(body), headers);
  const event = (id: string, user_id = '1'): object => ({
    id,
    type: 'event',
    name: 'page',
    user_id,
    timestamp: 1_700_000_000,
  });

  it('shows what became of each call, before and while somebody listens', async () => {
    const { key, source } = await makeSource(engine, { name: 'shop', mayCreate: false });
    await send('/messages', [event('a'), { type: 'event', name: 'x' }]);
    const listener = await listen();
    expect(listener.headers['content-type']).toBe('text/event-stream');
    await send('/messages', [event('a'), event('b', 'unknown'), { type: 'x' }], basic(key));
    await send('/v1/batch', {
      batch: [
        { type: 'group', userId: '1' },
        { type: 'identify', userId: '1', messageId: 'm', traits: {} },
      ],
    });
    await app.inject({ method: 'PUT', url: '/api/v1/customers/7%2F', payload: '{"plan":"pro"}' });
    await send('/api/v1/customers/7/events', '{"name"');
    await until(async () => listener.calls.length === 9);
    const at: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const text: unknown = expect.any(String);
    const own = { at, source: 1, source_name: 'default' };
    const shop = { at, source: source.id, source_name: 'shop' };
    const time = '2023-11-14T22:13:20.000Z';
    const page = { type: 'event', name: 'page', timestamp: time };
    expect(listener.calls).toEqual([
      {
        n: 1,
        ...own,
        call: 'POST /messages',
        user_id: '1',
        id: 'a',
        ...page,
        outcome: 'accepted',
        text: JSON.stringify(event('a')),
      },
      { n: 2, ...own, call: 'POST /messages', id: text, outcome: 'anonymous', text: '{"type":"event","name":"x"}' },
      {
        n: 3,
        ...shop,
        call: 'POST /messages',
        user_id: '1',
        id: 'a',
        ...page,
        outcome: 'duplicate',
        duplicate_of: { id: 'a', ...own },
        text,
      },
      {
        n: 4,
        ...shop,
        call: 'POST /messages',
        user_id: 'unknown',
        id: 'b',
        ...page,
        outcome: 'rejected',
        reason: 'unknown_customer',
        message: text,
        text,
      },
      {
        n: 5,
        ...shop,
        call: 'POST /messages',
        outcome: 'rejected',
        reason: 'unknown_type',
        message: text,
        text: '{"type":"x"}',
      },
      { n: 6, ...own, call: 'group', outcome: 'ignored', text },
      {
        n: 7,
        ...own,
        call: 'identify',
        user_id: '1',
        id: 'm',
        type: 'attributes',
        timestamp: at,
        outcome: 'accepted',
        text,
      },
      {
        n: 8,
        ...own,
        call: 'PUT /api/v1/customers/:id',
        user_id: '7/',
        id: text,
        type: 'attributes',
        timestamp: at,
        outcome: 'accepted',
        text: '{"plan":"pro"}',
      },
      {
        n: 9,
        ...own,
        call: 'POST /api/v1/customers/:id/events',
        outcome: 'rejected',
        reason: 'invalid_json',
        message: text,
        text: '{"name"',
      },
    ]);
  });

  it('filters by source and outcome', async () => {
    const { key, source } = await makeSource(engine);
    await send('/messages', [event('a'), { type: 'x' }]);
    await send('/messages', [event('b'), event('a'), { type: 'x' }], basic(key));
    const [ofSource, rejected, both] = [
      await listen(`?source=${source.id}`),
      await listen('?outcome=rejected,duplicate'),
      await listen(`?source=${source.id}&outcome=accepted`),
    ];
    await until(async () => ofSource.calls.length === 3 && rejected.calls.length === 3 && both.calls.length === 1);
    expect([ofSource, rejected, both].map(({ calls }) => calls.map(({ n }) => n))).toEqual([[3, 4, 5], [2, 4, 5], [3]]);
  });

  it.each(['?source=x', '?source=0', '?outcome=gone', '?outcome=accepted,', '?source=1&source=2'])(
    'refuses %s',
    async (query) => {
      const answer = await app.get(`/live${query}`);
      expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid_request' }]);
    },
  );

  it('keeps the last 1 000 calls, and goes on behind the one that a listener knows', async () => {
    for (let from = 0; from < 1_300; from += 100) {
      await send(
        '/messages',
        Array.from({ length: 100 }, (_, n) => event(`e${from + n}`)),
      );
    }
    const all = await listen();
    await until(async () => all.calls.length === 1_000);
    expect([all.calls[0].n, all.calls.at(-1)?.n, all.skipped]).toEqual([301, 1_300, []]);
    const behind = await listen('', { 'last-event-id': '1290' });
    const late = await listen('', { 'last-event-id': '7' });
    const other = await listen('', { 'last-event-id': '999999' });
    await until(async () => behind.calls.length === 10 && late.calls.length === 1_000 && other.calls.length === 1_000);
    expect(behind.calls[0].n).toBe(1_291);
    expect(late.skipped).toEqual([293]);
  });

  it('keeps of a larger request the last 1 000, and of a large call the first 2 KiB', async () => {
    await send(
      '/messages',
      Array.from({ length: 1_500 }, (_, n) => event(`e${n}`)),
    );
    await send('/messages', { ...event('x'), data: 'ü'.repeat(500_000) });
    const listener = await listen();
    await until(async () => listener.calls.at(-1)?.n === 1_501);
    expect(listener.calls[0].n).toBeGreaterThanOrEqual(501);
    const text = listener.calls.at(-1)?.text ?? '';
    expect(Buffer.byteLength(text)).toBeGreaterThan(2_040);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_048);
    expect(text).toMatch(/^\{"id":"x".*ü$/);
  });

  it('ends when the server stops', async () => {
    const listener = await listen();
    const ended = new Promise<void>((resolve) => listener.onEnd(resolve));
    await Promise.all([app.close(), ended]);
    engine = await open();
    app = await startRestApp(engine);
  });
});
