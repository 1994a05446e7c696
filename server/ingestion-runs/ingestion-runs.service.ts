import { Injectable, Logger } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { AccessRepository } from '../domain/access/access-repository.js';
import type { Actor } from '../domain/actor.js';
import { DomainError, reasonForLog } from '../domain/errors.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import type { Ingestion } from '../domain/ingestion/ingestion.js';
import { Ingestor } from '../domain/ingestion/ingestor.js';
import type { UploadLimits } from '../http/arriving.js';
import { noteExport } from '../http/note-export.js';
import { uploadName } from '../http/upload-name.js';
import { UploadRoom } from './upload-room.js';
import { readRejectFormat, rejectFile, type RejectFile } from './reject-file.js';
import { viewOf, type IngestionAnswer, type IngestionList } from './ingestion-run.dto.js';

const MOST_LISTED = 1_000;
const HEARTBEAT_MS = 15_000;

@Injectable()
export class IngestionRunsService {
  private readonly logger = new Logger(IngestionRunsService.name);

  constructor(
    private readonly ingestions: IngestionRepository,
    private readonly ingestor: Ingestor,
    private readonly room: UploadRoom,
    private readonly access: AccessRepository,
  ) {}

  async list(): Promise<IngestionList> {
    return { ingestions: (await this.ingestions.list(MOST_LISTED)).map(viewOf) };
  }

  /** @throws DomainError `ingestion_not_found` */
  async show(id: string): Promise<IngestionAnswer> {
    return { ingestion: viewOf(await this.find(id)) };
  }

  /**
   * Ingests a body while it arrives, or when it has arrived. Resolves when it has, even if the ingestion still runs, or when the ingestion
   * has failed. A failure is always logged, without the name of the ingestion.
   * @param name of the query
   * @param request id of the request
   * @throws DomainError `invalid_request` for a name that cannot be kept, `busy`, `request_timeout`
   */
  async receive(
    name: unknown,
    body: IncomingMessage,
    limits: UploadLimits,
    request: string,
    { author, origin }: Actor,
  ): Promise<IngestionAnswer> {
    const known = uploadName(name);
    await this.access.record({ author, origin, action: 'ingestion', target: known, details: {} }, Date.now());
    const upload = await this.room.admit(body, limits);
    const begun = this.ingestor.ingestStream(known, upload.bytes);
    void begun.then(({ ended }) => ended).then(upload.leave, upload.leave);
    const { ingestion, ended } = await begun;
    const received = new Promise<void>((resolve) => {
      if (body.readableEnded) resolve();
      else body.once('end', resolve).once('close', resolve);
    });
    let stalled: DomainError | undefined;
    const over = ended.catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'request_timeout') stalled = error;
      this.logger.error(`Request ${request}: ingestion ${ingestion.id} failed: ${reasonForLog(error)}`);
    });
    await Promise.race([received, over]);
    if (stalled) throw stalled;
    return this.show(String(ingestion.id));
  }

  /** @throws DomainError `ingestion_not_found`, or `invalid_request` for an unknown format */
  async rejects(id: string, format: unknown, actor: Actor): Promise<RejectFile> {
    const wanted = readRejectFormat(format);
    const ingestion = await this.find(id);
    await noteExport(this.access, actor, `rejects of ingestion ${id}`);
    return rejectFile(ingestion.id, this.ingestions.rejects(ingestion.id), wanted);
  }

  /** @throws DomainError `ingestion_not_found` before the first event */
  async progress(id: string, signal: AbortSignal): Promise<AsyncGenerator<string>> {
    const ingestion = await this.find(id);
    return withHeartbeat(events(this.ingestor.watch(ingestion.id, signal)), signal);
  }

  private async find(id: string): Promise<Ingestion> {
    const ingestion = /^\d{1,15}$/.test(id) ? await this.ingestions.find(Number(id)) : undefined;
    if (!ingestion)
      throw new DomainError('ingestion_not_found', `There is no ingestion with the id ${JSON.stringify(id)}.`);
    return ingestion;
  }
}

/** Writes server-sent events: `progress` while the ingestion runs, `end` with its last state. */
async function* events(snapshots: AsyncIterable<Ingestion>): AsyncGenerator<string> {
  for await (const snapshot of snapshots) {
    const name = snapshot.state === 'running' ? 'progress' : 'end';
    yield `event: ${name}\ndata: ${JSON.stringify({ ingestion: viewOf(snapshot) })}\n\n`;
  }
}

/** Adds a comment to each long pause, so that proxies do not close the connection. */
async function* withHeartbeat(source: AsyncGenerator<string>, signal: AbortSignal): AsyncGenerator<string> {
  for (let next = source.next(); !signal.aborted;) {
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise<'pause'>((resolve) => (timer = setTimeout(() => resolve('pause'), HEARTBEAT_MS)));
    const result = await Promise.race([next, pause]);
    clearTimeout(timer);
    if (result === 'pause') {
      yield ': still here\n\n';
      continue;
    }
    if (result.done === true) return;
    yield result.value;
    next = source.next();
  }
}
