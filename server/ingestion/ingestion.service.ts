import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setMaxListeners } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIG, type Config } from '../config/config.js';
import { DomainError, reasonForLog } from '../domain/errors.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { reportOf, type Ingestion, type IngestionCounts } from '../domain/ingestion/ingestion.js';
import { Ingestor, type ApplyListener, type StartupProgress } from '../domain/ingestion/ingestor.js';
import { SourceIngestor, type ProgressListener } from './source-ingestor.js';
import { isDataFile, openFile, openStream, type ReadableSource } from './sources/source.js';

/** Time between two looks of the watchers at an ingestion, in ms. The end of an ingestion of this process is seen at once. */
const WATCH_MS = 250;
/** Time between two checks of the server whether the process that reads a file is still alive, in ms. */
const STAND_BY_MS = 1_000;

/** A run of an ingestion in this process. */
interface LiveRun {
  /** The lines and bytes read so far. */
  read?: Pick<IngestionCounts, 'lines' | 'bytes'>;
  /** Is aborted when the run has ended. */
  readonly over: AbortController;
}

/** The ingestion as its watchers see it until the next look. */
interface Look {
  readonly snapshot: Ingestion;
  /** The snapshot as JSON. */
  readonly text: string;
  /** Is fulfilled when it is time for the next look. */
  readonly next: Promise<void>;
}

/** Ingests the files of the data folder when the server starts, and uploads while it runs. */
@Injectable()
export class IngestionService extends Ingestor implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(IngestionService.name);
  private readonly stop = new AbortController();
  /** The runs under way, by ingestion id. */
  private readonly live = new Map<number, LiveRun>();
  /** The looks of watchers, by ingestion id. */
  private readonly looks = new Map<number, Promise<Look>>();
  private readonly running = new Set<Promise<unknown>>();
  private progress = {
    done: false,
    files: 0,
    filesDone: 0,
    bytes: 0,
    bytesTotal: 0,
    current: undefined as string | undefined,
  };

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly ingestions: IngestionRepository,
    private readonly ingestor: SourceIngestor,
  ) {
    super();
  }

  /** Starts reading the data folder. Meanwhile the server listens and answers that it is not ready. */
  onApplicationBootstrap(): void {
    // Every upload adds a listener, so Node's warning about many listeners is switched off.
    setMaxListeners(0, this.stop.signal);
    void this.track(this.ingestDataFolder());
  }

  /** Stops ingestions at their next checkpoint. The next start resumes them. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await Promise.allSettled(this.running);
  }

  override startup(): StartupProgress {
    return { ...this.progress };
  }

  override onApply(listener: ApplyListener): void {
    this.ingestor.onApply(listener);
  }

  override async ingestStream(
    name: string,
    stream: AsyncIterable<Uint8Array>,
  ): Promise<{ ingestion: Ingestion; ended: Promise<Ingestion> }> {
    const source = openStream(name, stream);
    const ingestion = await this.ingestions.begin(source);
    return { ingestion, ended: this.track(this.run(source, ingestion)) };
  }

  override async *watch(id: number, signal: AbortSignal): AsyncGenerator<Ingestion> {
    for (let last = ''; !signal.aborted;) {
      const { snapshot, text, next } = await this.look(id);
      if (text !== last) yield snapshot;
      last = text;
      if (snapshot.state !== 'running') return;
      await next;
    }
  }

  /** Looks at an ingestion, once for all that watch it meanwhile. */
  private look(id: number): Promise<Look> {
    const known = this.looks.get(id);
    if (known) return known;
    const look = this.lookNow(id);
    const forget = (): void => void this.looks.delete(id);
    this.looks.set(id, look);
    void look.then(({ next }) => next.then(forget), forget);
    return look;
  }

  private async lookNow(id: number): Promise<Look> {
    const live = this.live.get(id);
    const ingestion = await this.ingestions.find(id);
    if (!ingestion) throw new DomainError('ingestion_not_found', `There is no ingestion with the id ${id}.`);
    const isRunning = ingestion.state === 'running';
    const snapshot = isRunning && live ? { ...ingestion, counts: { ...ingestion.counts, ...live.read } } : ingestion;
    const pause = sleep(isRunning ? WATCH_MS : 0, undefined, { signal: live?.over.signal, ref: false });
    return { snapshot, text: JSON.stringify(snapshot), next: pause.catch(() => undefined) };
  }

  private async ingestDataFolder(): Promise<void> {
    const elsewhere: ReadableSource[] = [];
    try {
      const sources = await this.newSources(elsewhere);
      this.progress.files = sources.length;
      this.progress.bytesTotal = sources.reduce((sum, source) => sum + (source.size ?? 0), 0);
      for (const source of sources) {
        if (this.stop.signal.aborted) return;
        this.progress.current = source.name;
        const before = this.progress.bytes;
        const { size = 0 } = source;
        const isOurs = await this.ingestFile(source, ({ bytes }) => {
          this.progress.bytes = before + Math.min(bytes, size);
        });
        if (!isOurs) elsewhere.push(source);
        this.progress.bytes = before + size;
        this.progress.filesDone++;
      }
    } finally {
      this.progress = { ...this.progress, done: true, current: undefined };
    }
    await this.standBy(elsewhere);
  }

  /**
   * Finds the data files that no process has read or is reading, in the order of their names.
   * @param elsewhere receives the files that another process is reading
   */
  private async newSources(elsewhere: ReadableSource[]): Promise<ReadableSource[]> {
    const { dataDir } = this.config;
    const names = await readdir(dataDir).catch((error: unknown) => {
      this.logger.warn(`DATA_DIR ${dataDir} cannot be read, so nothing is ingested: ${messageOf(error)}`);
      return [];
    });
    const sources: ReadableSource[] = [];
    for (const name of names.filter(isDataFile).sort()) {
      try {
        const source = await openFile(join(dataDir, name));
        const run = await this.ingestions.runOf(source);
        if (run !== 'done') (run === 'running' ? elsewhere : sources).push(source);
      } catch (error) {
        this.logger.error(messageOf(error));
      }
    }
    return sources;
  }

  /** Takes over the files of processes that ended before they had read them. */
  private async standBy(elsewhere: readonly ReadableSource[]): Promise<void> {
    const { signal } = this.stop;
    for (let left = elsewhere; left.length > 0;) {
      await sleep(STAND_BY_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const still: ReadableSource[] = [];
      for (const source of left) {
        // A database that is away may come back, so the next round tries again.
        const run = await this.ingestions.runOf(source).catch(() => 'running' as const);
        if (run === 'running' || (run === undefined && !(await this.ingestFile(source)))) still.push(source);
      }
      left = still;
    }
  }

  /**
   * Ingests a file. If it cannot be read, that is logged, so that the other files are ingested all the same. The log has the id of the
   * ingestion in place of the name of the file, which may be that of a person.
   * @returns false when another process was faster
   */
  private async ingestFile(source: ReadableSource, onProgress?: ProgressListener): Promise<boolean> {
    let name = 'of a file';
    try {
      const ingestion = await this.ingestions.claim(source);
      if (!ingestion) return false;
      name = String(ingestion.id);
      const end = await this.run(source, ingestion, onProgress);
      this.logger.log({ message: `Ingestion ${name} ${end.state}`, ...reportOf(end), source: undefined });
    } catch (error) {
      this.logger.error(`Ingestion ${name} failed: ${reasonForLog(error)}`);
    }
    return true;
  }

  private async run(source: ReadableSource, ingestion: Ingestion, onProgress?: ProgressListener): Promise<Ingestion> {
    const live: LiveRun = { over: new AbortController() };
    this.live.set(ingestion.id, live);
    const listen: ProgressListener = (progress) => {
      live.read = { lines: progress.lines, bytes: progress.bytes };
      onProgress?.(progress);
    };
    try {
      return await this.ingestor.run(source, ingestion, listen, this.stop.signal);
    } finally {
      this.live.delete(ingestion.id);
      live.over.abort();
    }
  }

  private track<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    void work.catch(() => undefined).finally(() => this.running.delete(work));
    return work;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
