import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { ParserPool } from './ingestion/threads/parser-pool.js';
import type { SqliteThreads } from './storage/sqlite/threads.js';

export const SQLITE_THREADS = Symbol('SqliteThreads');

/** The threads of a process. The server and the command line inject different ones, and differ in nothing else there. */
export interface Threads {
  /** Reads and folds sources. */
  readonly parsers: ParserPool;
  readonly sqlite: SqliteThreads;
}

/** Provides the threads of a process to every module. */
@Module({})
export class ThreadsModule {
  /** The root of a process that starts no thread: it can describe the API, and ingest nothing. */
  static none(root: Type): DynamicModule {
    const start = (): never => {
      throw new Error('This process starts no threads.');
    };
    return ThreadsModule.of({ parsers: new ParserPool(start), sqlite: {} }, root);
  }

  /** The root of a process: `root` with the threads that it may start. */
  static of({ parsers, sqlite }: Threads, root: Type): DynamicModule {
    return {
      module: ThreadsModule,
      global: true,
      imports: [root],
      providers: [
        { provide: ParserPool, useValue: parsers },
        { provide: SQLITE_THREADS, useValue: sqlite },
      ],
      exports: [ParserPool, SQLITE_THREADS],
    };
  }
}
