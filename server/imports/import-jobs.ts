import type { SheetProgress } from './dry-run.js';

/** A dry run or an import that runs in this process, or waits for its turn. */
export interface Job {
  readonly id: number;
  readonly kind: 'dry-run' | 'import';
  readonly progress: SheetProgress;
  readonly stop: AbortController;
  /** Resolves when it has ended, in whatever way. */
  readonly ended: Promise<void>;
}

/** Runs jobs one after another, in the order in which they were asked for. An import has one job at a time. */
export class ImportJobs {
  private readonly jobs = new Map<number, Job>();
  private last: Promise<void> = Promise.resolve();

  /** The job of an import, also while it waits. */
  of(id: number): Job | undefined {
    return this.jobs.get(id);
  }

  /** @param work is not called if the job is stopped before its turn; it must not throw */
  start(
    id: number,
    kind: Job['kind'],
    work: (job: Pick<Job, 'progress' | 'stop'>) => Promise<void>,
    onStopped: () => Promise<void> = async () => undefined,
  ): void {
    const stop = new AbortController();
    const progress = { rows: 0, bytes: 0 };
    const ended = this.last.then(() => (stop.signal.aborted ? onStopped() : work({ progress, stop })));
    const job: Job = { id, kind, progress, stop, ended };
    this.jobs.set(id, job);
    this.last = ended.finally(() => this.jobs.delete(id));
  }

  /** Stops the job of an import, and waits for its end. */
  async stop(id: number): Promise<void> {
    const job = this.jobs.get(id);
    job?.stop.abort();
    await job?.ended;
  }

  /** Stops all jobs, and waits for their end. */
  async close(): Promise<void> {
    for (const { stop } of this.jobs.values()) stop.abort();
    await this.last;
  }
}
