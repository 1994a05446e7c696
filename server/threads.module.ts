import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { ParserPool } from './ingestion/threads/parser-pool.js';
import { BackgroundThreads } from './config/thread-priority.js';
import type { SqliteThreads } from './storage/sqlite/threads.js';

export const SQLITE_THREADS = Symbol('SqliteThreads');

/** The threads that a process may start. The server and the command line inject different ones. */
export interface Threads {
  /** The threads that read and fold sources. */
  readonly parsers: ParserPool;
  readonly sqlite: SqliteThreads;
}

/** Provides the threads of a process to every module. */
@Module({})
export class ThreadsModule {
  /** Returns the root module of a process that starts no threads: it can describe the API, but not ingest. */
  static none(root: Type): DynamicModule {
    const start = (): never => {
      throw new Error('This process starts no threads.');
    };
    return ThreadsModule.of({ parsers: new ParserPool(start), sqlite: {} }, root);
  }

  /** Returns `root` together with the threads that the process may start. */
  static of({ parsers, sqlite }: Threads, root: Type): DynamicModule {
    return {
      module: ThreadsModule,
      global: true,
      imports: [root],
      providers: [
        { provide: ParserPool, useValue: parsers },
        { provide: BackgroundThreads, useValue: parsers },
        { provide: SQLITE_THREADS, useValue: sqlite },
      ],
      exports: [ParserPool, BackgroundThreads, SQLITE_THREADS],
    };
  }
}
