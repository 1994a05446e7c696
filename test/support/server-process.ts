import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from './until.js';

const MAIN = join(__dirname, '../../dist/server/main.js');
const FAIL_AT = pathToFileURL(join(__dirname, 'fail-at.mjs')).href;
const END_WITH_PARENT = pathToFileURL(join(__dirname, 'end-with-parent.mjs')).href;

/** Runs the built server in a separate process, as `npm start` does. */
export class ServerProcess {
  /** Its output since it listens. */
  output = '';

  private constructor(
    private readonly child: ChildProcess,
    /** The URL, for example `http://localhost:40123`. */
    readonly url: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.output += String(chunk)));
  }

  /**
   * Starts the server on a free port and waits until it listens.
   * @param ready waits also until its files are ingested
   * @param uid the user that runs it; that of this process by default
   * @param listener a descriptor that listens, which it is passed as systemd does
   */
  static async start(
    env: Readonly<Record<string, string>>,
    ready = true,
    uid?: number,
    listener?: number,
  ): Promise<ServerProcess> {
    const child = listener === undefined ? launch(env, uid) : launchListening(env, listener);
    const server = new ServerProcess(child, await addressOf(child));
    if (ready) await until(() => server.isReady());
    return server;
  }

  /** Runs one that ends by itself. */
  static async end(env: Readonly<Record<string, string>>): Promise<NodeJS.Signals | null> {
    const child = launch(env);
    for (const stream of [child.stdout, child.stderr]) stream?.resume();
    const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Stops the server by SIGTERM. @returns its exit code */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Kills the process. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async isReady(): Promise<boolean> {
    return (await fetch(`${this.url}/health/ready`)).ok;
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    await exit;
    return this.child.exitCode;
  }
}

function launch(env: Readonly<Record<string, string>>, uid?: number): ChildProcess {
  const preload = 'FAIL_AT' in env ? ['--import', FAIL_AT] : [];
  return spawn(process.execPath, ['--import', END_WITH_PARENT, ...preload, MAIN], {
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'error', ...env },
    uid,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** Only the process itself knows its id before it runs. */
function launchListening(env: Readonly<Record<string, string>>, listener: number): ChildProcess {
  const command = [process.execPath, '--import', END_WITH_PARENT, MAIN];
  return spawn('/bin/sh', ['-c', 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@"', ...command], {
    env: { ...process.env, LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe', listener, 'ipc'],
  });
}

/** Reads the address from the output. @throws with the whole output when the process ends first */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      said += chunk.toString();
      const [, url] = /Roster is at (\S+)/.exec(said) ?? [];
      if (url) resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened: ${said}`)));
  });
}
