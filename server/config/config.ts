import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { DEFAULT_DISPLAY_NAME, parseDisplayName, type DisplayNameGroups } from './display-name.js';
import type { Environment, ReadKey } from './environment.js';
import { hostNameOf } from './host-name.js';
import { readSingleSignOn, type SingleSignOnConfig } from './single-sign-on.js';
import { trustedProxies, type TrustedProxies } from './trusted-proxies.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The event that an acknowledged write survives: the end of the process, or a power cut as well. */
const DURABILITIES = ['process', 'power'] as const;
export type Durability = (typeof DURABILITIES)[number];

export type Database =
  | { readonly kind: 'sqlite'; /** An absolute path. */ readonly path: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly url: string };

/** The configuration of a process. It is read once, and nothing else reads the environment. */
export interface Config {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** True to let another process listen on the same port, from the start of one to the end of the other. Node 20 ignores it. */
  readonly reusesPort: boolean;
  /** True if a service manager has passed the port, as systemd does with a socket unit. HOST and PORT have no effect then. */
  readonly isPortPassed: boolean;
  /** Absolute path. Files in it that end in `.data`, `.jsonl` or `.ndjson` (also with `.gz`) are ingested at the start. */
  readonly dataDir: string;
  readonly database: Database;
  /** The maximum number of connections to PostgreSQL. */
  readonly databaseConnections: number;
  /** Number of parser threads. */
  readonly ingestWorkers: number;
  /** Memory that the folded batches between two checkpoints of a source may take, in MiB. */
  readonly ingestMemoryMb: number;
  /** Memory for cached reads of customers, in MiB; 0 caches nothing. */
  readonly cacheMb: number;
  /** Origins that may call the API from a browser; undefined allows every localhost origin. */
  readonly corsOrigins: readonly string[] | undefined;
  /** Names of this server besides loopback names and HOST, in lower case and without a port. */
  readonly allowedHosts: readonly string[];
  /** The origin under which people reach this server, for example `https://roster.example.com`. */
  readonly publicUrl: string | undefined;
  /** True to serve anyone who reaches HOST, without a login, until the first user or token is made. */
  readonly isOpen: boolean;
  /** The proxies before this server, whose word for the address of a client is taken; undefined for none. */
  readonly trustProxy: TrustedProxies | undefined;
  /** The provider of single sign-on; undefined for none. */
  readonly singleSignOn: SingleSignOnConfig | undefined;
  readonly durability: Durability;
  /** The most recent messages of each customer that the log keeps; 0 for no log. */
  readonly logEntries: number | 'all';
  /** Days after which messages end in the log, by their own time; undefined for never. */
  readonly logDays: number | undefined;
  /** Days for which a deleted customer can be restored; 0 keeps none. */
  readonly trashDays: number;
  /** The attributes that make the display name of a customer. */
  readonly displayName: DisplayNameGroups;
  readonly logLevel: LogLevel;
  /** Messages about settings that have no effect, for the log. */
  readonly warnings: readonly string[];
}

/** The injection token of the configuration. */
export const CONFIG = Symbol('Config');

/** An environment with wrong values. One message names all of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/**
 * Loads the configuration of this process from its environment.
 * @throws ConfigError
 */
export function loadConfig(): Config {
  return parseConfig(process.env);
}

/** The forms that {@link parseDatabase} accepts. */
export const DATABASE_FORMS = 'file:PATH, memory: or postgres://USER:PASSWORD@HOST:PORT/DATABASE';

/** Default of CACHE_MB over SQLite, where a cached read is never stale. Over PostgreSQL it may be a second old, so the default is 0. */
const EMBEDDED_CACHE_MB = 32;

const CACHE_URL_IGNORED = 'CACHE_URL is ignored: Roster no longer uses Redis. CACHE_MB caches reads in the process.';

/**
 * Parses the environment. An empty variable counts as one that is not set.
 * @throws ConfigError that names every bad key and what it takes
 */
export function parseConfig(env: Environment): Config {
  const problems: string[] = [];
  const read: ReadKey = (key, fallback, takes, parse) => {
    const text = env[key]?.trim();
    if (!text) return fallback;
    const value = parse(text);
    if (value !== undefined) return value;
    problems.push(`${key} is ${JSON.stringify(redact(text))}, but takes ${takes}`);
    return fallback;
  };
  const database = read<Database>(
    'DATABASE_URL',
    { kind: 'sqlite', path: resolve('data/roster.db') },
    DATABASE_FORMS,
    parseDatabase,
  );
  const isShared = database.kind === 'postgres';
  const config: Config = {
    host: read('HOST', '127.0.0.1', 'a host name or an address', (text) =>
      /^[\w.:[\]-]+$/.test(text) ? text : undefined,
    ),
    port: read('PORT', 1323, 'a port, 0 to 65535', (text) => integer(text, 0, 65_535)),
    reusesPort: read('REUSE_PORT', false, 'yes or no', (text) => ({ yes: true, no: false })[text]),
    isPortPassed: env.LISTEN_FDS === '1' && env.LISTEN_PID === String(process.pid),
    dataDir: resolve(read('DATA_DIR', 'data', 'a folder', (text) => text)),
    database,
    databaseConnections: read('DATABASE_CONNECTIONS', 10, 'a number of connections, 2 to 1000', (text) =>
      integer(text, 2, 1000),
    ),
    ingestWorkers: read('INGEST_WORKERS', availableParallelism(), 'a number of threads, 1 to 256', (text) =>
      integer(text, 1, 256),
    ),
    ingestMemoryMb: read('INGEST_MEMORY_MB', 512, 'a size in MiB, 1 to 1048576', (text) => integer(text, 1, 1_048_576)),
    cacheMb: read('CACHE_MB', isShared ? 0 : EMBEDDED_CACHE_MB, 'a size in MiB, 0 to 1048576', (text) =>
      integer(text, 0, 1_048_576),
    ),
    corsOrigins: read(
      'CORS_ORIGINS',
      undefined,
      'origins such as https://admin.example.com, separated by commas',
      origins,
    ),
    allowedHosts: read('ALLOWED_HOSTS', [], 'host names such as roster.example.com, separated by commas', hostNames),
    publicUrl: read('PUBLIC_URL', undefined, 'an origin such as https://roster.example.com', publicOrigin),
    isOpen: read('ACCESS', false, 'open', (text) => (text === 'open' ? true : undefined)),
    trustProxy: read(
      'TRUST_PROXY',
      undefined,
      'a number of proxies, 1 to 10, or their networks, such as 10.0.0.0/8, separated by commas',
      trustedProxies,
    ),
    singleSignOn: readSingleSignOn(env, read, problems),
    durability: read('DURABILITY', 'process', DURABILITIES.join(' or '), (text) =>
      DURABILITIES.find((one) => one === text),
    ),
    logEntries: read<number | 'all'>('LOG_ENTRIES', 'all', 'all, or a number of messages, 0 to 1000000000', (text) =>
      text === 'all' ? text : integer(text, 0, 1_000_000_000),
    ),
    logDays: read('LOG_DAYS', undefined, 'a number of days, 1 to 36500', (text) => integer(text, 1, 36_500)),
    trashDays: read('TRASH_DAYS', 30, 'a number of days, 0 to 36500', (text) => integer(text, 0, 36_500)),
    displayName: read(
      'DISPLAY_NAME',
      DEFAULT_DISPLAY_NAME,
      'attributes such as name; first_name last_name; email: groups separated by ;, of at most 20 names in all',
      parseDisplayName,
    ),
    logLevel: read('LOG_LEVEL', 'info', LOG_LEVELS.join(', '), (text) => LOG_LEVELS.find((level) => level === text)),
    warnings: env.CACHE_URL?.trim() ? [CACHE_URL_IGNORED] : [],
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

function integer(text: string, least: number, most: number): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
}

/** Parses a database URL. Returns undefined for any other form than {@link DATABASE_FORMS}. */
export function parseDatabase(text: string): Database | undefined {
  if (text === 'memory:') return { kind: 'memory' };
  if (/^postgres(?:ql)?:/.test(text)) return isPostgresUrl(text) ? { kind: 'postgres', url: text } : undefined;
  if (text.startsWith('file:') && text.length > 'file:'.length) {
    return { kind: 'sqlite', path: resolve(text.slice('file:'.length).replace(/^\/\/(?=\/)/, '')) };
  }
  return undefined;
}

/** Requires the name of a database: without one the driver would use the name of the user. */
function isPostgresUrl(text: string): boolean {
  if (!/^postgres(?:ql)?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password, pathname } = new URL(text);
  try {
    [username, password].forEach(decodeURIComponent);
    return /^\/[^/]+$/.test(decodeURIComponent(pathname));
  } catch {
    return false;
  }
}

function origins(text: string): readonly string[] | undefined {
  const list = text.split(',').map((origin) => origin.trim().replace(/\/$/, ''));
  return list.every((origin) => /^https?:\/\/[^/\s,*]+$/.test(origin)) ? list : undefined;
}

/** Parses a list of host names. A port is left out, as `Host` is compared without it. */
function hostNames(text: string): readonly string[] | undefined {
  const names = text.split(',').map((name) => hostNameOf(name.trim()));
  return names.every(isName) ? names : undefined;
}

function isName(name: string | undefined): name is string {
  return name !== undefined && !name.includes('*');
}

function publicOrigin(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#@]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).origin;
}

/** Removes the password from a URL, for messages. */
export function redact(text: string): string {
  return text.replace(/(:\/\/[^:/@]*):[^@]*@/, '$1:…@');
}
