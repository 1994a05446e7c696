import { ConsoleLogger, type LogLevel as NestLogLevel, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config, LogLevel } from '../config/config.js';
import { configureHttp, httpAdapter } from './configure.js';
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

/** One JSON object a line, or coloured text on a terminal. */
export function logger(level: LogLevel): ConsoleLogger {
  return new ConsoleLogger({ json: !process.stdout.isTTY, logLevels: LEVELS[level], colors: process.stdout.isTTY });
}

/** The server, ready to listen. */
export async function createApp(module: Type, config: Config, adminRoot: string): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, httpAdapter(), {
    logger: logger(config.logLevel),
    abortOnError: false,
  });
  app.enableShutdownHooks();
  await configureHttp(app, config, adminRoot);
  serveApiDocs(app);
  return app;
}
