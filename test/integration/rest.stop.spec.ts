import { EventEmitter, once } from 'node:events';
import { HTTP_LIMITS, STOP_LIMITS, type StopLimits } from '../../server/http/limits.js';
import { stopOnSignals } from '../../server/http/stop.js';
import { ENGINES } from '../support/engine.js';
import { attributes, ingestLines } from '../support/messages.js';
import { RawClient } from '../support/raw-client.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { until } from '../support/until.js';

const [[, open]] = ENGINES;
const NEVER_MS = 600_000;
/** The deadlines of the server, shortened. */
const SHORT: StopLimits = {
  firstSignal: { lastWordsMs: 600, cutMs: 900, exitMs: NEVER_MS },
  secondSignal: { lastWordsMs: 0, cutMs: 100, exitMs: NEVER_MS },
};
const LATE: StopLimits = {
  firstSignal: { lastWordsMs: NEVER_MS, cutMs: NEVER_MS, exitMs: NEVER_MS },
  secondSignal: SHORT.secondSignal,
};
const CUSTOMERS = 2_000;
const HOST = 'Host: localhost\r\n';
const JSON_BODY = 'Content-Type: application/json\r\n';

/** Requests that hold a connection for as long as the client likes. */
const CLIENTS: readonly (readonly [name: string, sent: string])[] = [
  ['sends nothing', ''],
  ['sends half a head', `GET /customers HTTP/1.1\r\nHos`],
  ['sends half a body', `POST /customers HTTP/1.1\r\n${HOST}${JSON_BODY}Content-Length: 100\r\n\r\n{"cust`],
  ['sends half an upload', `POST /ingestions HTTP/1.1\r\n${HOST}Content-Length: 1000\r\n\r\n{"id":`],
  ['does not read its export', `GET /exports/customers.jsonl HTTP/1.1\r\n${HOST}\r\n`],
  ['is idle', `GET /health/live HTTP/1.1\r\n${HOST}\r\n`],
];

class FakeProcess extends EventEmitter {
  readonly pid = 1;
  code: number | undefined;
  killed: number | undefined;
  exit(code: number): void {
    this.code ??= code;
    this.emit('exited');
  }
  kill(pid: number): void {
    this.killed = pid;
    this.emit('exited');
  }
}

describe('a stop', () => {
  let app: RestApp;
  let url: string;
  const clients: RawClient[] = [];

  beforeEach(async () => {
    app = await startRestApp(await open());
    url = await app.listen();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.destroy();
    await app.close();
  });

  const fill = async (): Promise<void> => {
    const note = 'x'.repeat(9_000);
    const lines = Array.from({ length: CUSTOMERS }, (_, at) => attributes({ note }, { user_id: String(at + 1) }));
    await ingestLines(app.engine, lines);
  };
  const stoppable = (limits: StopLimits): FakeProcess => {
    const fake = new FakeProcess();
    stopOnSignals(app.nest, fake, limits);
    return fake;
  };
  const connect = async (sent: string, reads = true): Promise<RawClient> => {
    const client = await RawClient.connect(url);
    clients.push(client);
    if (!reads) client.socket.pause();
    return client.send(sent);
  };

  it('ends with every kind of client that keeps its connection, after the deadline of the first signal', async () => {
    await fill();
    for (const [name, sent] of CLIENTS) await connect(sent, name !== 'does not read its export');
    const fake = stoppable(SHORT);
    const exited = once(fake, 'exited');
    const began = performance.now();
    fake.emit('SIGTERM');
    await exited;
    expect(fake.code).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(SHORT.firstSignal.cutMs - 100);
  });

  it('ends background work while the port is open, then closes the port, and then the database', async () => {
    await app.close();
    const engine = await open();
    const order: [what: string, isOpen: boolean][] = [];
    const note = async (what: string): Promise<void> => {
      const isOpen = await connect('').then(
        () => true,
        () => false,
      );
      order.push([what, isOpen]);
    };
    const close = async (): Promise<void> => {
      await note('database');
      await engine.close();
    };
    app = await startRestApp({ ...engine, stopBackground: () => note('background'), close });
    url = await app.listen();
    await app.nest.close();
    expect(order).toEqual([
      ['background', true],
      ['database', false],
    ]);
  });

  it.each(CLIENTS)('ends at a second signal while a client %s', async (name, sent) => {
    if (name === 'does not read its export') await fill();
    await connect(sent, name !== 'does not read its export');
    const fake = stoppable(LATE);
    const exited = once(fake, 'exited');
    fake.emit('SIGTERM');
    fake.emit('SIGINT');
    await exited;
    expect(fake.code).toBe(0);
  });

  it('ends by force where even that is not enough', async () => {
    const never = new Promise<never>(() => undefined);
    jest.spyOn(app.nest, 'close').mockReturnValue(never);
    const fake = stoppable({ ...LATE, secondSignal: { lastWordsMs: 0, cutMs: 0, exitMs: 50 } });
    const exited = once(fake, 'exited');
    fake.emit('SIGTERM');
    fake.emit('SIGTERM');
    await exited;
    expect(fake.killed).toBe(fake.pid);
    jest.restoreAllMocks();
  });

  it('lets a bulk edit say how many customers are done, and keeps these', async () => {
    await fill();
    const body = JSON.stringify({ selection: { filters: [] }, action: { set: { name: 'plan', value: 'pro' } } });
    let batches = 0;
    const changeEach = app.engine.customers.changeEach.bind(app.engine.customers);
    jest.spyOn(app.engine.customers, 'changeEach').mockImplementation(async (...parameters) => {
      // The second batch begins when the edit has to end.
      if (++batches === 2) await once(app.nest.getHttpAdapter().getInstance().stopping.signal, 'abort');
      return changeEach(...parameters);
    });
    const client = await connect(
      `POST /bulk-edits HTTP/1.1\r\n${HOST}${JSON_BODY}Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    await until(() => Promise.resolve(batches === 2));
    const fake = stoppable({ ...SHORT, firstSignal: { ...SHORT.firstSignal, lastWordsMs: 50, cutMs: NEVER_MS } });
    const exited = once(fake, 'exited');
    fake.emit('SIGTERM');
    await exited;
    const last =
      client.received
        .split('\r\n')
        .filter((line) => line.startsWith('{'))
        .at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({
      finished: false,
      done: 400,
      changed: 400,
      error: { statusCode: 503, code: 'stopping' },
    });
    jest.restoreAllMocks();
  });

  it('has deadlines of ten seconds and of two', () => {
    expect(STOP_LIMITS.firstSignal.exitMs).toBeLessThan(10_000);
    expect(STOP_LIMITS.secondSignal.exitMs).toBeLessThan(2_000);
    for (const { lastWordsMs, cutMs, exitMs } of [STOP_LIMITS.firstSignal, STOP_LIMITS.secondSignal]) {
      expect(lastWordsMs).toBeLessThan(cutMs);
      expect(cutMs).toBeLessThan(exitMs);
    }
    expect(HTTP_LIMITS.connections.most).toBeGreaterThan(1_000);
  });
});
