import { buildSync } from 'esbuild';
import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { MessageChannel, Worker, type WorkerOptions } from 'node:worker_threads';
import { Completion } from '../../server/ingestion/folding/completion.js';
import type { IngestOptions } from '../../server/ingestion/source-ingestor.js';
import { sizesFor, type SourceSizes } from '../../server/ingestion/source-sizes.js';
import { PARSER_WORKER, ParserPool, type ParserThread } from '../../server/ingestion/threads/parser-pool.js';
import type { ToParser } from '../../server/ingestion/threads/parser-protocol.js';
import { ParserService, type ParserPort } from '../../server/ingestion/threads/parser-service.js';
import type { SqliteThreads } from '../../server/storage/sqlite/threads.js';

/** Serves one parser after another. Each service has some 15 MB of memory: new ones for each source would keep the garbage collector busy. */
class Place implements ParserPort {
  receive: (request: ToParser) => void = () => undefined;
  answer: ParserPort['postMessage'] = () => undefined;
  readonly service = new ParserService(this);

  on(_event: 'message', receive: (request: ToParser) => void): void {
    this.receive = receive;
  }

  postMessage(...answer: Parameters<ParserPort['postMessage']>): void {
    this.answer(...answer);
  }
}

const free: Place[] = [];

/** Serves a parser in the calling thread, over the same messages. */
class ParserInThisThread extends EventEmitter implements ParserThread {
  private readonly channel = new MessageChannel();
  private readonly place = free.pop() ?? new Place();

  constructor() {
    super();
    const { port1, port2 } = this.channel;
    port1.on('message', (message) => this.emit('message', message));
    port2.on('message', (request: ToParser) => this.place.receive(request));
    this.place.answer = port2.postMessage.bind(port2);
  }

  postMessage(request: ToParser): void {
    this.channel.port1.postMessage(request);
  }

  ref(): void {
    this.channel.port1.ref();
    this.channel.port2.ref();
  }

  unref(): void {
    this.channel.port1.unref();
    this.channel.port2.unref();
  }

  /** Waits for the request under way, as its spool files are closed next. */
  async terminate(): Promise<void> {
    this.channel.port2.removeAllListeners('message');
    await this.place.service.settled();
    this.channel.port1.close();
    free.push(this.place);
    this.emit('exit');
  }
}

declare global {
  var bundlesOfWorker: Map<string, string> | undefined;
}

/** Starts a thread of an entry of the server, which is bundled once a process: its modules stay the same for all specs. */
function startWorker(entry: string, options: WorkerOptions): Worker {
  const bundles = (globalThis.bundlesOfWorker ??= new Map<string, string>());
  const code = bundles.get(entry) ?? bundle(entry);
  bundles.set(entry, code);
  return new Worker(code, { ...options, eval: true });
}

function bundle(entry: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, '../../server', entry)],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['@photostructure/sqlite'],
  });
  return outputFiles[0].text;
}

/** Parsers are kept between sources, as a server keeps them. */
const MOST_IDLE = 2;

const inThisThread = new ParserPool(() => new ParserInThisThread(), MOST_IDLE);
const inThreads = new ParserPool(() => startWorker('ingestion/threads/parser.worker.ts', PARSER_WORKER), MOST_IDLE);

afterAll(async () => {
  await Promise.all([inThisThread.close(), inThreads.close()]);
});

/** A way through ingestion. */
export interface Way {
  readonly name: string;
  readonly ingest: Omit<IngestOptions, 'spoolFolder'>;
  readonly sqlite: SqliteThreads;
  /** True if lines come in a file, which is read in ranges, or in a stream. */
  readonly from: 'file' | 'stream';
}

/** The sizes of production, in the calling thread. */
export const IN_THIS_THREAD: Way = {
  name: 'in this thread',
  ingest: { pool: inThisThread, threads: 1, sizes: sizesFor(64) },
  sqlite: {},
  from: 'stream',
};

const THREADS: Way = {
  name: 'in threads',
  ingest: { ...IN_THIS_THREAD.ingest, pool: inThreads, threads: 2 },
  sqlite: {
    startApplier: (workerData) => startWorker('storage/sqlite/customers/applier.worker.ts', { workerData }),
    startLive: (workerData) => startWorker('storage/sqlite/customers/live.worker.ts', { workerData }),
  },
  from: 'stream',
};

/** So small that some kB of lines are several spans, ranges and buckets. */
const SMALL_SIZES: SourceSizes = {
  spanBytes: 12_288,
  bucketBytes: 3_072,
  rangeBytes: 4_096,
  headBytes: 2_048,
  customerBytes: 6_144,
  cutFromBytes: 1,
};

const COMPLETIONS = {
  'messages at once': () => new Completion(0, Infinity),
  'messages on demand': () => new Completion(Infinity),
};

/** In the calling thread or in threads; batches with their messages at once or on demand; in small spans. */
export const WAYS: readonly Way[] = [{ ...IN_THIS_THREAD, from: 'file' as const }, THREADS].flatMap(
  ({ name, ingest, sqlite, ...way }) =>
    Object.entries(COMPLETIONS).map(([messages, completion]) => ({
      name: `${name}, ${messages}`,
      ingest: { ...ingest, sizes: SMALL_SIZES, completion },
      ...way,
      // While live messages come, every customer is a part.
      sqlite: { ...sqlite, partMs: 0 },
    })),
);
