import 'reflect-metadata';
import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { join } from 'node:path';
import { PasswordHasher } from '../../server/access/password-hasher.js';
import { AppModule } from '../../server/app.module.js';
import { CONFIG, type Config } from '../../server/config/config.js';
import { DEFAULT_DISPLAY_NAME } from '../../server/config/display-name.js';
import type { Admit } from '../../server/http/admission.js';
import { configureHttp } from '../../server/http/configure.js';
import { httpAdapter } from '../../server/http/http-adapter.js';
import type { HttpLimits } from '../../server/http/limits.js';
import { serveApiDocs } from '../../server/http/openapi.js';
import { STORAGE } from '../../server/storage/storage.module.js';
import { ThreadsModule } from '../../server/threads.module.js';
import type { Engine } from './engine.js';
import { QuickHasher } from './quick-hasher.js';
import { IN_THIS_THREAD } from './threads.js';

type Inject = NestFastifyApplication['inject'];
export type Request = Exclude<Parameters<Inject>[0], string | undefined>;
export type Answer = Awaited<ReturnType<Inject>>;

/** The server over an engine, without a port until {@link listen}. */
export interface RestApp {
  readonly nest: NestFastifyApplication;
  readonly engine: Engine;
  /** The log as text, of every level. */
  readonly log: readonly string[];
  /** Every route of the router, as `METHOD /path/:parameter`. */
  readonly routes: ReadonlySet<string>;
  get(url: string, headers?: Record<string, string>): Promise<Answer>;
  post(url: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(url: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  inject(request: Request): Promise<Answer>;
  /** Listens on a free port, for requests that need a socket. @returns the URL */
  listen(): Promise<string>;
  /** Closes the server and the engine. */
  close(): Promise<void>;
}

export interface RestAppOptions {
  readonly config?: Partial<Config>;
  /** The folder of the built admin; none by default. */
  readonly adminRoot?: string;
  /** Limits of connections and bodies, in place of those of the server. */
  readonly limits?: HttpLimits;
  /** Decides who acts, in place of the rule of the server. */
  readonly admit?: Admit;
  /** Hashes passwords, in place of one that takes no time. */
  readonly hasher?: PasswordHasher;
}

const NOWHERE = join(__dirname, 'no-such-folder');

function configOf(over: Partial<Config> = {}): Config {
  return {
    host: '127.0.0.1',
    port: 0,
    dataDir: __dirname,
    database: { kind: 'memory' },
    databaseConnections: 2,
    ingestWorkers: 1,
    ingestMemoryMb: 64,
    cacheMb: 1,
    corsOrigins: undefined,
    allowedHosts: [],
    publicUrl: undefined,
    reusesPort: false,
    isPortPassed: false,
    isOpen: false,
    trustProxy: undefined,
    singleSignOn: undefined,
    durability: 'process',
    logEntries: 'all',
    logDays: undefined,
    trashDays: 30,
    displayName: DEFAULT_DISPLAY_NAME,
    logLevel: 'trace',
    warnings: [],
    ...over,
  };
}

/** Starts the server over an engine, assembled as in `main.ts`. */
export async function startRestApp(engine: Engine, options: RestAppOptions = {}): Promise<RestApp> {
  const config = configOf(options.config);
  const log: string[] = [];
  const module = await Test.createTestingModule({
    imports: [ThreadsModule.of({ parsers: IN_THIS_THREAD.ingest.pool, sqlite: {} }, AppModule)],
  })
    .overrideProvider(CONFIG)
    .useValue(config)
    .overrideProvider(STORAGE)
    .useValue(engine)
    .overrideProvider(PasswordHasher)
    .useValue(options.hasher ?? new QuickHasher())
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(httpAdapter(options.limits, config.trustProxy), {
    logger: collector(log),
  });
  const routes = new Set<string>();
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ method, url }) => [method].flat().forEach((one) => routes.add(`${one} ${url}`)));
  await configureHttp(app, config, options.adminRoot ?? NOWHERE, options.admit);
  serveApiDocs(app);
  await app.init();
  const inject = (request: Request): Promise<Answer> => app.inject(request);
  return {
    nest: app,
    engine,
    log,
    routes,
    get: (url, headers = {}) => inject({ method: 'GET', url, headers }),
    post: (url, body, headers = {}) => inject({ method: 'POST', url, headers, payload: body as Request['payload'] }),
    patch: (url, body, headers = {}) => inject({ method: 'PATCH', url, headers, payload: body as Request['payload'] }),
    inject,
    listen: async () => {
      await app.listen(0, '127.0.0.1');
      return app.getUrl();
    },
    close: async () => {
      // For a kept connection of fetch, a server that stops waits half a second.
      app.getHttpAdapter().getInstance().server.closeIdleConnections();
      await app.close();
    },
  };
}

function collector(log: string[]): LoggerService {
  const write = (...parts: unknown[]): void => {
    log.push(parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' '));
  };
  return { log: write, error: write, warn: write, debug: write, verbose: write, fatal: write };
}
