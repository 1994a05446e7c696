import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { STOP_LIMITS, type StopDeadlines, type StopLimits } from './limits.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** Is aborted when work that goes on for long has to say how far it came. */
    stopping: AbortController;
  }
}

type Signal = 'SIGTERM' | 'SIGINT';
const SIGNALS: readonly Signal[] = ['SIGTERM', 'SIGINT'];

/** The parts of a process that a stop needs. */
export interface StoppableProcess {
  readonly pid: number;
  on: (signal: Signal, listener: () => void) => unknown;
  exit: (code: number) => void;
  kill: (pid: number, signal: 'SIGKILL') => unknown;
}

/**
 * Ends the process after a signal, whatever clients and the database do. The application closes in order: ingestions stop at a
 * checkpoint, requests under way are answered, kept connections end (see close-connections.ts). The deadlines count from the first signal,
 * and anew with shorter times from the second: bulk edits say how far they came, then all connections are cut, then the process ends.
 */
export function stopOnSignals(
  app: NestFastifyApplication,
  ending: StoppableProcess = process,
  limits: StopLimits = STOP_LIMITS,
): void {
  const logger = new Logger('Stop');
  const fastify = app.getHttpAdapter().getInstance();
  const hurry = ({ lastWordsMs, cutMs, exitMs }: StopDeadlines): void => {
    setTimeout(() => fastify.stopping.abort(), lastWordsMs).unref();
    setTimeout(() => fastify.server.closeAllConnections(), cutMs).unref();
    setTimeout(() => {
      logger.warn(`Stopped after ${exitMs} ms with work under way. What was acknowledged is kept.`);
      // An exit would end the threads first, and a thread within SQLite then ends the process with an error of its own.
      ending.kill(ending.pid, 'SIGKILL');
    }, exitMs).unref();
  };
  let signals = 0;
  const stop = (): void => {
    signals++;
    if (signals === 1) {
      hurry(limits.firstSignal);
      app.close().then(
        () => ending.exit(0),
        (error: unknown) => {
          logger.error(error);
          ending.exit(1);
        },
      );
    } else if (signals === 2) {
      hurry(limits.secondSignal);
    }
  };
  for (const signal of SIGNALS) ending.on(signal, stop);
}
