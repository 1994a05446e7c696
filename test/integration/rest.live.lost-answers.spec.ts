import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import { promisify } from 'node:util';
import { GroupCommit } from '../../server/live/group-commit.js';
import { gateAccepts, type AcceptGate } from '../support/gated-repository.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const EVENTS = '/api/v1/customers/1/events';
const CALL = { name: 'bought', data: { total: 12.5 } };

describe.each(ENGINES)('a call without an id on %s', (_name, open) => {
  let engine: Engine;
  let gate: AcceptGate;
  let app: RestApp;
  let port: number;

  beforeEach(async () => {
    engine = await open();
    gate = gateAccepts(engine.customers);
    app = await startRestApp(engine);
    port = Number(new URL(await app.listen()).port);
  });
  afterEach(async () => {
    gate.open();
    await app.close();
  });

  const group = (): GroupCommit => app.nest.get(GroupCommit, { strict: false });
  const server = (): Server => app.nest.getHttpServer();

  /** Waits until the server has no connection. */
  const isClosed = (): Promise<void> => {
    const connections = promisify(server().getConnections.bind(server()));
    return until(async () => (await connections()) === 0);
  };

  /** Sends a call over a connection of its own, which is closed while its message is being committed. */
  const lose = async (body: object, headers = ''): Promise<void> => {
    const { messages: before } = group();
    const socket = connect(port, '127.0.0.1');
    const text = JSON.stringify(body);
    socket.write(
      `POST ${EVENTS} HTTP/1.1\r\nhost: localhost\r\n${headers}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
    await until(async () => group().messages > before);
    socket.destroy();
    await once(socket, 'close');
    await isClosed();
  };
  /** Sends a call over the network: an injected request has no connection that can be lost. */
  const send = async (body: object, headers: Record<string, string> = {}): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}${EVENTS}`, {
      method: 'POST',
      headers: { connection: 'close', ...headers },
      body: JSON.stringify(body),
    });
    await answer.text();
    return answer.status;
  };
  const again = (body: object, count = '1'): Promise<number> => send(body, { 'x-retry-count': count });
  const bought = async (): Promise<unknown> =>
    (await app.get('/customers/1')).json<{ customer: { events: { bought: number } } }>().customer.events.bought;

  it('is one event, though its answer was lost and it is sent again', async () => {
    gate.shut();
    await lose(CALL);
    const repeat = again(CALL);
    gate.open();
    expect([await repeat, await bought()]).toEqual([200, 1]);
    expect((await app.get('/sources/1')).json()).toMatchObject({ source: { week: { accepted: 1, duplicates: 1 } } });
  });

  it('is one event, though its connection was closed together with it', async () => {
    const text = JSON.stringify(CALL);
    const socket = connect(port, '127.0.0.1');
    // Before it is connected: the bytes and the end arrive together.
    socket.end(`POST ${EVENTS} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${text.length}\r\n\r\n${text}`);
    await once(socket.resume(), 'close');
    await isClosed();
    expect([await again(CALL), await bought()]).toEqual([200, 1]);
  });

  it('is one event, though the answer to its repeat was lost too', async () => {
    gate.shut();
    await lose(CALL);
    await lose(CALL, 'x-retry-count: 1\r\n');
    const repeat = again(CALL, '2');
    gate.open();
    expect([await repeat, await bought()]).toEqual([200, 1]);
  });

  it('is two events where it was sent twice, and the answers to both were lost', async () => {
    gate.shut();
    await lose(CALL);
    await lose(CALL);
    const repeats = [again(CALL), again(CALL)];
    gate.open();
    expect([await Promise.all(repeats), await bought()]).toEqual([[200, 200], 2]);
  });

  it('is another event after each answer that arrived, with and without the mark of a repeat', async () => {
    expect([await send(CALL), await send(CALL), await again(CALL), await bought()]).toEqual([200, 200, 200, 3]);
  });

  it('is another event with another body, path or method', async () => {
    gate.shut();
    await lose(CALL);
    gate.open();
    await again({ ...CALL, data: { total: 13 } });
    await app.post('/api/v1/customers/2/events', JSON.stringify(CALL), { 'x-retry-count': '1' });
    expect(await bought()).toBe(2);
    expect((await app.get('/customers/2')).json()).toMatchObject({ customer: { events: { bought: 1 } } });
  });

  it('is one event where the next process gets the repeat', async () => {
    gate.shut();
    await lose(CALL);
    gate.open();
    await until(async () => (await app.get('/customers/1')).statusCode === 200);
    const next = await startRestApp({ ...engine, close: async () => undefined });
    await until(async () => {
      const { statusCode } = await next.post(EVENTS, JSON.stringify(CALL), { 'x-retry-count': '1' });
      return statusCode === 200;
    });
    expect(await bought()).toBe(1);
    await next.close();
  });
});
