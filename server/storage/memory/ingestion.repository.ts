import {
  fileRunOf,
  IngestionRepository,
  type FileRun,
  type IngestionEnd,
} from '../../domain/ingestion/ingestion-repository.js';
import {
  advanceCounts,
  countEarly,
  noCounts,
  type Checkpoint,
  type Ingestion,
  type IngestionCounts,
  type IngestionState,
  type Source,
} from '../../domain/ingestion/ingestion.js';
import type { OutcomeCounts } from '../../domain/customer/fold.js';
import type { ErasureNote, SourceOfCustomer } from '../../domain/customer/erasure.js';
import { NO_TRACES } from '../../domain/log/log-traces.js';
import type { RejectedLine } from '../../domain/customer/kept.js';
import {
  rejectsOf,
  unpackRejects,
  withoutRejectsOf,
  type PackedRejects,
  type Reject,
} from '../../domain/ingestion/reject.js';

interface Run {
  readonly id: number;
  source: Source;
  state: IngestionState;
  failure: string | undefined;
  readonly counts: IngestionCounts;
  readonly startedAt: number;
  finishedAt: number | undefined;
  seconds: number;
  /** Milliseconds since the Unix epoch: the time until then is in `seconds`. */
  activeSince: number;
  /** Customers to which a message was applied; they count once an ingestion. */
  readonly touched: Set<string>;
  rejects: readonly PackedRejects[];
}

/** The ingestions of this process; nobody else runs any, so a running one is alive. */
export class MemoryIngestionRepository extends IngestionRepository {
  /** The one with the id 1 comes first. */
  private readonly runs: Run[] = [];

  override async begin({ name, path, size, fingerprint }: Source): Promise<Ingestion> {
    const source = { name, path, size, fingerprint };
    const last = path === undefined ? undefined : this.runs.findLast((run) => run.source.path === path);
    const unfinished = last !== undefined && last.state !== 'running' && last.state !== 'done';
    if (unfinished && isSame(last.source, source)) {
      Object.assign(last, {
        source,
        state: 'running',
        failure: undefined,
        finishedAt: undefined,
        activeSince: Date.now(),
      } satisfies Partial<Run>);
      return toIngestion(last);
    }
    const run: Run = {
      id: this.runs.length + 1,
      source,
      state: 'running',
      failure: undefined,
      counts: noCounts(),
      startedAt: Date.now(),
      finishedAt: undefined,
      seconds: 0,
      activeSince: Date.now(),
      touched: new Set(),
      rejects: [],
    };
    this.runs.push(run);
    return toIngestion(run);
  }

  override async claim(source: Source): Promise<Ingestion | undefined> {
    return this.knownRunOf(source) ? undefined : this.begin(source);
  }

  override async runOf(source: Source): Promise<FileRun | undefined> {
    return this.knownRunOf(source);
  }

  override async keepAlive(): Promise<void> {
    return;
  }

  override async finish(id: number, end: IngestionEnd): Promise<Ingestion> {
    const run = this.get(id);
    run.state = end.state;
    run.failure = 'failure' in end ? end.failure : undefined;
    run.finishedAt = Date.now();
    addSeconds(run);
    if (end.state === 'done') run.touched.clear();
    return toIngestion(run);
  }

  override async find(id: number): Promise<Ingestion | undefined> {
    const run = this.runs.at(id - 1);
    return run?.id === id ? toIngestion(run) : undefined;
  }

  override async list(limit: number): Promise<Ingestion[]> {
    return this.runs.slice(-limit).reverse().map(toIngestion);
  }

  override async *rejects(id: number): AsyncGenerator<Reject> {
    for (const block of this.runs.find((run) => run.id === id)?.rejects ?? []) yield* unpackRejects(block);
  }

  /**
   * Moves an ingestion on, within the write that applies its stretch.
   * @param touched the customers to which a message was applied
   * @returns the counts of the checkpoint, complete
   */
  advance(checkpoint: Checkpoint, outcomes: OutcomeCounts, touched: readonly string[]): IngestionCounts {
    const run = this.get(checkpoint.ingestionId);
    run.rejects = [...run.rejects, ...checkpoint.rejects];
    addSeconds(run);
    return advanceCounts(run.counts, checkpoint.counts, outcomes, touch(run, touched));
  }

  /** Notes that a part of a stretch is applied; see {@link countEarly}. */
  applyEarly(ingestionId: number, outcomes: OutcomeCounts, touched: readonly string[]): void {
    const run = this.get(ingestionId);
    countEarly(run.counts, outcomes, touch(run, touched));
  }

  rejectedLines(id: string): readonly RejectedLine[] {
    return this.runs.flatMap(({ id: ingestion, rejects }) =>
      rejects.flatMap((block) => rejectsOf(id, block).map((reject) => ({ ingestion, reject }))),
    );
  }

  /** The ingestions that are not done and have touched a customer, and others by their numbers. */
  named(id: string, others: readonly number[]): readonly SourceOfCustomer[] {
    return this.runs
      .filter((run) => run.touched.has(id) || others.includes(run.id))
      .map((run) => ({ kind: 'ingestion', id: run.id, name: run.source.name }));
  }

  /** Removes the rejects of a customer, and that it was touched. @returns the ingestions in which it occurs */
  erase(id: string, { traces = NO_TRACES }: ErasureNote): readonly SourceOfCustomer[] {
    return this.runs
      .filter((run) => [eraseOne(run, id), traces.ingestions.includes(run.id)].includes(true))
      .map((run) => ({ kind: 'ingestion', id: run.id, name: run.source.name }));
  }

  private knownRunOf(source: Source): FileRun | undefined {
    const { path, size, fingerprint } = source;
    if (path === undefined || size === undefined || fingerprint === undefined) return undefined;
    return fileRunOf(this.runs.filter((run) => isSame(run.source, source)).map(({ state }) => state));
  }

  private get(id: number): Run {
    const run = this.runs.at(id - 1);
    if (run?.id !== id) throw new Error(`There is no ingestion ${id}.`);
    return run;
  }
}

/** @returns false if the customer does not occur in it */
function eraseOne(run: Run, id: string): boolean {
  const isTouched = run.touched.delete(id);
  if (isTouched) run.counts.customers--;
  const before = run.rejects;
  run.rejects = before
    .map((block) => ({ first: block.first, packed: withoutRejectsOf(id, block) }))
    .filter(({ packed }) => packed.length > 0);
  const bytes = (blocks: readonly PackedRejects[]): number =>
    blocks.reduce((sum, { packed }) => sum + packed.length, 0);
  return isTouched || bytes(run.rejects) < bytes(before);
}

function isSame(a: Source, b: Source): boolean {
  return a.path === b.path && a.size === b.size && a.fingerprint === b.fingerprint;
}

/** @returns the customers that the ingestion has touched for the first time */
function touch({ touched }: Run, ids: readonly string[]): number {
  const before = touched.size;
  for (const id of ids) touched.add(id);
  return touched.size - before;
}

/** A copy: what the caller holds does not change under its hands. */
function addSeconds(run: Run): void {
  const now = Date.now();
  run.seconds += (now - run.activeSince) / 1000;
  run.activeSince = now;
}

function toIngestion({ id, source, state, failure, counts, startedAt, finishedAt, seconds }: Run): Ingestion {
  return { id, source, state, failure, counts: structuredClone(counts), startedAt, finishedAt, seconds };
}
