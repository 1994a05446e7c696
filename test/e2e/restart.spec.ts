import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { customersOf } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { HeldPort } from '../support/held-port.js';
import { ServerProcess } from '../support/server-process.js';
import { IS_THOROUGH } from '../support/thorough.js';
import { until } from '../support/until.js';

/** Clients that send all the while. Half of them keep their connections. */
const CLIENTS = 6;
const RESTARTS = IS_THOROUGH ? 5 : 1;
/** Time before a client that failed tries again. */
const RETRY_MS = 5;

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Creates one customer after another until it is stopped. */
class Sender {
  readonly acknowledged: number[] = [];
  readonly failures: string[] = [];
  private isStopped = false;
  private next = 0;
  private readonly ended: Promise<unknown>;

  constructor(private readonly port: number) {
    this.ended = Promise.all(Array.from({ length: CLIENTS }, (_, at) => this.send(at % 2 === 0)));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.ended;
  }

  private async send(keepAlive: boolean): Promise<void> {
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    while (!this.isStopped) {
      const id = ++this.next;
      const result = await this.create(agent, id);
      if (result === 201) this.acknowledged.push(id);
      else {
        this.failures.push(String(result));
        await pause(RETRY_MS);
      }
    }
    agent.destroy();
  }

  /** @returns the status, or the code of the error */
  private create(agent: Agent, id: number): Promise<number | string | undefined> {
    const body = JSON.stringify({ customer: { id, attributes: { email: `u${id}@example.com` } } });
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    return new Promise((resolve) => {
      request({ host: '127.0.0.1', port: this.port, path: '/customers', method: 'POST', agent, headers })
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
        .on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode)))
        .end(body);
    });
  }
}

async function expectKept(server: ServerProcess, { acknowledged }: Sender): Promise<void> {
  const customers = new Set((await customersOf(server.url)).map((text) => /^\{"id":(\d+)/.exec(text)?.[1]));
  expect(acknowledged.filter((id) => !customers.has(String(id)))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(CLIENTS * RESTARTS);
}

describe('a restart while clients send', () => {
  it('refuses and loses nothing when the port is passed from process to process', async () => {
    const env = { DATABASE_URL: `file:${join(folder.path, 'passed.db')}`, DATA_DIR: folder.path };
    const held = await HeldPort.open();
    let server = await ServerProcess.start(env, true, undefined, held.fd);
    const sender = new Sender(held.port);
    for (let restart = 0; restart < RESTARTS; restart++) {
      const before = sender.acknowledged.length;
      await until(async () => sender.acknowledged.length > before + CLIENTS || sender.failures.length > 1_000);
      expect(await server.stop()).toBe(0);
      server = await ServerProcess.start(env, true, undefined, held.fd);
    }
    await sender.stop();
    expect(sender.failures).toEqual([]);
    await expectKept(server, sender);
    await server.stop();
    await held.close();
  });

  it('refuses connections for a moment otherwise, and loses nothing', async () => {
    const env = { DATABASE_URL: `file:${join(folder.path, 'own.db')}`, DATA_DIR: folder.path };
    let server = await ServerProcess.start(env);
    const { port } = new URL(server.url);
    const sender = new Sender(Number(port));
    for (let restart = 0; restart < RESTARTS; restart++) {
      const before = sender.acknowledged.length;
      await until(async () => sender.acknowledged.length > before + CLIENTS || sender.failures.length > 1_000);
      expect(await server.stop()).toBe(0);
      server = await ServerProcess.start({ ...env, PORT: port });
    }
    await sender.stop();
    // The system resets a connection that was not accepted when the port is closed.
    expect([...new Set(sender.failures)].filter((failure) => !/^ECONN(REFUSED|RESET)$/.test(failure))).toEqual([]);
    await expectKept(server, sender);
    await server.stop();
  });
});
