import { ConsoleLogger, Logger, type DynamicModule, type LogLevel as NestLogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config, LogLevel } from '../config/config.js';
import { configureHttp } from './configure.js';
import { httpAdapter } from './http-adapter.js';
import { serveApiDocs } from './openapi.js';

const LEVELS: Record<LogLevel, NestLogLevel[]> = {
  silent: [],
  fatal: ['fatal'],
  error: ['fatal', 'error'],
  warn: ['fatal', 'error', 'warn'],
  info: ['fatal', 'error', 'warn', 'log'],
  debug: ['fatal', 'error', 'warn', 'log', 'debug'],
  trace: ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'],
};

/** Where Nest says what it maps and loads: nothing that an operator has to know. */
const FRAMEWORK = new Set<unknown>([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Where Nest says why it does not start, with a stack; whoever starts it says it in one line. */
const STARTING = new Set<unknown>(['ExceptionHandler', 'NestApplication']);

/** One JSON object a line, or coloured text on a terminal. */
export class RosterLogger extends ConsoleLogger {
  constructor(level: LogLevel) {
    super({ json: !process.stdout.isTTY, logLevels: LEVELS[level], colors: process.stdout.isTTY });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (FRAMEWORK.has(rest.at(-1))) super.debug(message, ...rest);
    else super.log(message, ...rest);
  }

  override error(message: unknown, ...rest: unknown[]): void {
    if (STARTING.has(rest.at(-1))) super.debug(message, ...rest);
    else super.error(message, ...rest);
  }
}

/** The server, ready to listen. */
export async function createApp(
  module: DynamicModule,
  config: Config,
  adminRoot: string,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, httpAdapter(), {
    logger: new RosterLogger(config.logLevel),
    abortOnError: false,
  });
  for (const warning of config.warnings) new Logger('Config').warn(warning);
  // Else Nest ends by the signal itself, which does nothing to the first process of a container.
  app.enableShutdownHooks([], { useProcessExit: true });
  await configureHttp(app, config, adminRoot);
  serveApiDocs(app);
  return app;
}
