import { ConsoleLogger, Logger, type DynamicModule, type LogLevel as NestLogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config, LogLevel } from '../config/config.js';
import { isObject } from '../domain/json.js';
import { Metrics } from '../metrics/metrics.js';
import { configureHttp } from './configure.js';
import { httpAdapter } from './http-adapter.js';
import { HTTP_LIMITS } from './limits.js';
import { serveApiDocs } from './openapi.js';
import { stopOnSignals } from './stop.js';

const LEVELS: Record<LogLevel, NestLogLevel[]> = {
  silent: [],
  fatal: ['fatal'],
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug'],
  trace: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
};

/** Contexts of Nest's messages about routes and modules, which are for debugging only. */
const FRAMEWORK = new Set<unknown>([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Contexts of Nest's messages about a failed start, with a stack. main.ts says the same in one line. */
const STARTING = new Set<unknown>(['ExceptionHandler', 'NestApplication']);

/** Logs one JSON object a line, or coloured text on a terminal. */
export class RosterLogger extends ConsoleLogger {
  constructor(level: LogLevel) {
    super({ json: !process.stdout.isTTY, logLevels: LEVELS[level], colors: process.stdout.isTTY });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (FRAMEWORK.has(rest.at(-1))) super.debug(message, ...rest);
    else super.log(process.stdout.isTTY ? asLine(message) : message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (STARTING.has(rest.at(-1))) super.debug(message, ...rest);
    else super.error(message, ...rest);
  }
}

/** Writes a message with further members as one line for a terminal, without those that are empty. */
export function asLine(message: unknown): unknown {
  if (!isObject(message) || typeof message.message !== 'string') return message;
  const { message: text, ...members } = message;
  const parts = Object.entries(members).flatMap(([name, value]) => {
    const shown = isObject(value) ? Object.entries(value).map(([of, one]) => `${of} ${String(one)}`) : [String(value)];
    return value === 0 || shown.length === 0 ? [] : `${name} ${shown.join(', ')}`;
  });
  return `${text}: ${parts.join(', ')}`;
}

/** Creates the server, ready to listen. */
export async function createApp(
  module: DynamicModule,
  config: Config,
  adminRoot: string,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, httpAdapter(HTTP_LIMITS, config.trustProxy), {
    logger: new RosterLogger(config.logLevel),
    abortOnError: false,
  });
  for (const warning of config.warnings) new Logger('Config').warn(warning);
  stopOnSignals(app);
  await configureHttp(app, config, adminRoot);
  serveApiDocs(app);
  app.get(Metrics).observeProcess();
  return app;
}
