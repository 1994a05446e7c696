import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { IngestionCounts } from '../domain/ingestion/ingestion.js';
import type { ApplyListener } from '../domain/ingestion/ingestor.js';
import { RequestSeconds } from './request-seconds.js';

/** Numbers of connections to a database, by their state. */
export interface ConnectionUse {
  readonly open: number;
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

/** The number of answers from the cache and from the database, by kind: customer or page. The numbers only grow. */
export type Reads = Readonly<Record<string, { readonly cache: number; readonly database: number }>>;

const FLUSH_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const RESULTS = ['blank', 'events', 'attributes', 'duplicates', 'anonymous', 'stale'] as const;

/** The metrics of this process for Prometheus. Names and units follow https://prometheus.io/docs/practices/naming/. */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new RequestSeconds(this.registry);
  private readonly lines = new Counter({
    name: 'roster_ingestion_lines_total',
    help: 'Committed lines by what they came to; a rejected one by its reason.',
    labelNames: ['result'] as const,
    registers: [this.registry],
  });
  private readonly flushes = new Histogram({
    name: 'roster_ingestion_flush_seconds',
    help: 'Seconds to apply and commit a stretch of a source.',
    buckets: FLUSH_SECONDS,
    registers: [this.registry],
  });
  private readonly flushing = new Gauge({
    name: 'roster_ingestion_flushes_pending',
    help: 'Stretches of sources that are being applied or wait for their turn.',
    registers: [this.registry],
  });

  /** Adds the metrics of the process and of Node. It is called once in a process: what it starts to observe is observed until the process ends. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** @param route the pattern of the route: a path may hold an id, and an id may be an email */
  observeRequest(method: string, route: string, status: number, seconds: number): void {
    this.requests.add(method, route, status, seconds);
  }

  /** Counts the lines of an applied stretch, and its seconds, including the time for which it waited for its turn. */
  readonly observeApply: ApplyListener = () => {
    this.flushing.inc();
    const started = performance.now();
    return (committed) => {
      this.flushing.dec();
      if (!committed) return;
      this.flushes.observe((performance.now() - started) / 1000);
      this.countLines(committed);
    };
  };

  /** @param use is called at every scrape */
  observeConnections(use: () => ConnectionUse): void {
    new Gauge({
      name: 'roster_database_connections',
      help: 'Connections to the database, and requests that wait for one.',
      labelNames: ['state'] as const,
      registers: [this.registry],
      collect(): void {
        const { open, idle, waiting } = use();
        this.set({ state: 'busy' }, open - idle);
        this.set({ state: 'idle' }, idle);
        this.set({ state: 'waiting' }, waiting);
      },
    });
  }

  /** @param reads is read at every scrape */
  observeReads(reads: Reads): void {
    new Counter({
      name: 'roster_reads_total',
      help: 'Customers, and pages of the plain list, that were answered, by where they came from.',
      labelNames: ['what', 'from'] as const,
      registers: [this.registry],
      collect(): void {
        this.reset();
        for (const [what, { cache, database }] of Object.entries(reads)) {
          this.inc({ what, from: 'cache' }, cache);
          this.inc({ what, from: 'database' }, database);
        }
      },
    });
  }

  private countLines(counts: IngestionCounts): void {
    for (const result of RESULTS) this.lines.inc({ result }, counts[result]);
    for (const [reason, count] of Object.entries(counts.rejected)) this.lines.inc({ result: reason }, count);
  }
}
