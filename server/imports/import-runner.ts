import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { Erasures } from '../domain/customer/erasure.js';
import { DomainError, reasonForLog } from '../domain/errors.js';
import { failPoint } from '../domain/fail-point.js';
import { ImportRepository } from '../domain/import/import-repository.js';
import { importPath, IMPORT_KEPT_MS, type StoredImport } from '../domain/import/stored-import.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import type { Ingestion, Source } from '../domain/ingestion/ingestion.js';
import type { ApplyListener } from '../domain/ingestion/ingestor.js';
import { MessageIdentifier } from '../domain/message/message-identity.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { dryRun, type ImportStore, type ReadySheet } from './dry-run.js';
import { EmailFinder } from './email-finder.js';
import { ImportJobs, type Job } from './import-jobs.js';
import { importRows } from './import-run.js';
import { ImportSpool } from './import-spool.js';
import { forgetful } from './import-view.js';
import { hashOfColumns, readSheet } from './kept-sheet.js';
import { openReady } from './ready-sheet.js';
import { Uploads } from './uploads.js';

const KEEP_ALIVE_MS = 5_000;
const HOUR_MS = 3_600_000;
/** Time between two looks whether another process has left an import, in ms. */
const STAND_BY_MS = 1_000;
const GONE = 'The file is not there any more. What was imported stays; upload the file again for the rest.';

type JobPart = Pick<Job, 'progress' | 'stop'>;

/** Runs dry runs and imports in the background, one after another, and goes on with imports that an earlier process has begun. */
@Injectable()
export class ImportRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ImportRunner.name);
  private readonly jobs = new ImportJobs();
  readonly uploads: Uploads;
  private readonly listeners: ApplyListener[] = [];
  private timer: NodeJS.Timeout | undefined;
  private look: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    @Inject(ImportRepository) private readonly imports: ImportRepository,
    @Inject(IngestionRepository) private readonly ingestions: IngestionRepository,
    @Inject(CustomerRepository) private readonly customers: CustomerRepository,
    @Inject(CustomerSearch) private readonly search: CustomerSearch,
    private readonly spool: ImportSpool,
    erasures: Erasures,
  ) {
    this.uploads = new Uploads(imports, spool, this.jobs);
    erasures.onErased((id) => void this.uploads.forget(id).catch((error: unknown) => this.warn(error)));
  }

  async onApplicationBootstrap(): Promise<void> {
    this.timer = setInterval(
      () => void this.uploads.tidy().catch((error: unknown) => this.warn(error)),
      HOUR_MS,
    ).unref();
    await this.uploads.tidy().catch((error: unknown) => this.warn(error));
    await this.goOnWithAll();
  }

  /** Stops at the next group of rows. The next start goes on. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    clearTimeout(this.look);
    await this.jobs.close();
  }

  /** @param listener is called for every group of rows from now on */
  onApply(listener: ApplyListener): void {
    this.listeners.push(listener);
  }

  jobOf(id: number): Job | undefined {
    return this.jobs.of(id);
  }

  /** Stops the job of an import, and waits for its end. */
  stop(id: number): Promise<void> {
    return this.jobs.stop(id);
  }

  startDryRun(one: StoredImport): void {
    this.jobs.start(one.id, 'dry-run', (job) => this.tryOut(one, job));
  }

  /** @param one which is `running` @param ingestion its own, which was begun or claimed */
  startImport(one: StoredImport, ingestion: Ingestion): void {
    const end = async (): Promise<void> => {
      await this.ingestions.finish(ingestion.id, { state: 'interrupted' });
      if (!this.isStopping) await this.imports.change(one.id, ['running'], { state: 'interrupted' });
    };
    this.jobs.start(
      one.id,
      'import',
      (job) => this.importAll(one, ingestion, job),
      () => end().catch((error: unknown) => this.warn(error)),
    );
  }

  /** Goes on with the imports that are confirmed. It looks again while other processes have them, which may end. */
  private async goOnWithAll(): Promise<void> {
    let isElsewhere = false;
    try {
      for (const one of await this.imports.inStates(['running']))
        if (!this.jobs.of(one.id) && !(await this.goOn(one))) isElsewhere = true;
    } catch (error) {
      this.warn(error);
      isElsewhere = true;
    }
    if (isElsewhere && !this.isStopping) this.look = setTimeout(() => void this.goOnWithAll(), STAND_BY_MS).unref();
  }

  /** Goes on with an import, if its file is here. @returns false if another process has it */
  private async goOn(one: StoredImport): Promise<boolean> {
    const { id, spool, ingestion } = one;
    if (ingestion !== undefined && (await this.ingestions.find(ingestion))?.state === 'done') {
      await this.settle(one);
      return true;
    }
    if (spool === undefined || !(await this.spool.has(spool))) {
      // Another server may have it, and go on with it.
      if ((one.confirmedAt ?? 0) + IMPORT_KEPT_MS < Date.now())
        await this.imports.change(id, ['running'], { state: 'failed', failure: GONE, spool: undefined });
      return true;
    }
    const claimed = await this.ingestions.claim(sourceOf(one));
    if (claimed) this.startImport(one, claimed);
    return claimed !== undefined;
  }

  private async tryOut(one: StoredImport, { progress, stop }: JobPart): Promise<void> {
    const { id, spool, sheet } = one;
    if (spool === undefined) return;
    try {
      const ready = await this.open(one, spool, Date.now());
      const files = { rejects: this.spool.path(spool, '.rejects'), tries: this.spool.path(spool, '.tries') };
      const result = await dryRun(ready, await this.store(), files, progress, stop.signal);
      // A mapping that was changed meanwhile has stopped this dry run.
      await this.imports.change(id, ['uploaded'], { state: 'checked', dryRun: JSON.stringify(result) });
      const { columns, mapping } = readSheet(sheet);
      await this.imports.rememberMapping(hashOfColumns(columns), JSON.stringify(mapping), Date.now());
    } catch (error) {
      if (stop.signal.aborted) return;
      this.logger.error(`The dry run of import ${id} failed: ${reasonForLog(error)}`);
      const failure = messageOf(error);
      await this.imports.change(id, ['uploaded'], { failure }).catch((reason: unknown) => this.warn(reason));
    }
  }

  private async importAll(one: StoredImport, ingestion: Ingestion, { progress, stop }: JobPart): Promise<void> {
    const { id, spool, confirmedAt = Date.now() } = one;
    if (spool === undefined) return;
    const own = ingestion.id;
    const alive = setInterval(() => void this.ingestions.keepAlive(own).catch(() => undefined), KEEP_ALIVE_MS);
    try {
      const ready = await this.open(one, spool, confirmedAt, own);
      await importRows(ready, await this.store(), ingestion, one.bytes, progress, this.listeners, stop.signal);
      failPoint('ingestion:before-done');
      await this.ingestions.finish(own, { state: stop.signal.aborted ? 'interrupted' : 'done' });
      if (!stop.signal.aborted) await this.settle(one);
      else if (!this.isStopping) await this.imports.change(id, ['running'], { state: 'interrupted' });
    } catch (error) {
      if (this.isStopping) return;
      this.logger.error(`Import ${id} failed: ${reasonForLog(error)}`);
      const failure = messageOf(error);
      const state = error instanceof DomainError ? 'interrupted' : 'failed';
      const end = async (): Promise<void> => {
        await this.ingestions.finish(own, { state: 'failed', failure });
        await this.imports.change(id, ['running'], { state, failure });
      };
      await end().catch((reason: unknown) => this.warn(reason));
    } finally {
      clearInterval(alive);
    }
  }

  /** Ends an import whose rows are all applied. */
  private async settle(one: StoredImport): Promise<void> {
    const kept = forgetful(one, readSheet(one.sheet));
    if (one.spool !== undefined) await this.spool.remove(one.spool);
    await this.imports.change(one.id, ['running'], { state: 'done', failure: undefined, spool: undefined, ...kept });
  }

  /** @param ingestion 0 for a dry run */
  private open({ sheet }: StoredImport, spool: string, time: number, ingestion = 0): Promise<ReadySheet> {
    return openReady(this.spool.read(spool), readSheet(sheet), { importId: String(ingestion), time });
  }

  private async store(): Promise<ImportStore> {
    const { customers, search } = this;
    const identifier = new MessageIdentifier(await customers.identityKey());
    return { customers, identifier, emails: new EmailFinder(search, customers) };
  }

  private warn(error: unknown): void {
    if (this.isStopping || (error instanceof DomainError && error.code === 'storage_read_only')) return;
    this.logger.warn(`Imports are not as they should be: ${reasonForLog(error)}`);
  }
}

/** The source of the ingestion of an import. */
export function sourceOf({ id, name, bytes, spool }: StoredImport): Source {
  return { name, path: importPath(id), size: bytes, fingerprint: spool };
}

function messageOf(error: unknown): string {
  return error instanceof DomainError ? error.message : 'It failed unexpectedly. The log of the server has the cause.';
}
