import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { AccessRepository } from '../domain/access/access-repository.js';
import type { AuditDraft } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { DomainError } from '../domain/errors.js';
import { ImportRepository } from '../domain/import/import-repository.js';
import { importNotFound, IMPORT_STATES, type ImportState, type StoredImport } from '../domain/import/stored-import.js';
import { proposeMapping } from '../domain/import/mapping.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import type { FoundFormat, SheetFormat } from '../domain/import/sheet.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import type { UploadLimits } from '../http/arriving.js';
import { noteExport } from '../http/note-export.js';
import { uploadName } from '../http/upload-name.js';
import { openSheet } from '../spreadsheets/open-sheet.js';
import type { ImportList } from './import.dto.js';
import type { ImportChanges } from './sheet.dto.js';
import { ImportRunner, sourceOf } from './import-runner.js';
import { ImportSpool } from './import-spool.js';
import { importJson, summaryOf, type ShownImport } from './import-view.js';
import { hashOfColumns, lookAt, readKeptMapping, readSheet, type KeptSheet, type LookedAt } from './kept-sheet.js';
import { attributeNames } from './attribute-names.js';
import { checkMapping, readMapping } from './read-mapping.js';
import { rejectsFile, type RejectsFile } from './rejects-file.js';

const MOST_LISTED = 1_000;
/** The states in which the file waits for its confirmation. */
const WAITING = ['uploaded', 'checked'] as const satisfies readonly ImportState[];

/** Rules of the API for imports. Answers are JSON text. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly imports: ImportRepository,
    private readonly ingestions: IngestionRepository,
    private readonly access: AccessRepository,
    private readonly search: CustomerSearch,
    private readonly spool: ImportSpool,
    private readonly runner: ImportRunner,
  ) {}

  async list(): Promise<ImportList> {
    const all = await this.imports.list(MOST_LISTED);
    return { imports: (await Promise.all(all.map((one) => this.shown(one)))).map(summaryOf) };
  }

  /** @throws DomainError `import_not_found` */
  async show(id: string, actor: Actor): Promise<string> {
    return this.json(await this.find(id), actor);
  }

  /**
   * Takes a file in, and finds out how it is to be read.
   * @returns the import, and its JSON
   * @throws DomainError `invalid_request` for a name that cannot be kept, `source_refused` for a file that is no sheet; as the spool
   */
  async receive(
    name: unknown,
    body: IncomingMessage,
    limits: UploadLimits,
    actor: Actor,
  ): Promise<{ readonly id: number; readonly json: string }> {
    const known = uploadName(name);
    const { name: spool, bytes, format } = await this.spool.receive(body, limits);
    try {
      const sheet = JSON.stringify(await this.withMapping(await this.look(spool, format, format)));
      const upload = { name: known, bytes, spool, sheet, uploadedBy: actor.author, createdAt: Date.now() };
      const one = await this.imports.create(upload);
      return { id: one.id, json: await this.json(one, actor) };
    } catch (error) {
      await this.spool.remove(spool);
      throw error;
    }
  }

  /** @throws DomainError `import_not_found`, `import_state`, `invalid_request`, `source_refused` */
  async update(id: string, changes: ImportChanges, actor: Actor): Promise<string> {
    const one = await this.find(id);
    const spool = fileOf(one);
    if (!isWaiting(one)) throw wrongState(one, 'It is confirmed, so it cannot be changed.');
    let sheet = readSheet(one.sheet);
    const format: SheetFormat = {
      encoding: changes.encoding ?? sheet.format.encoding,
      delimiter: changes.delimiter ?? sheet.format.delimiter,
    };
    if (format.encoding !== sheet.format.encoding || format.delimiter !== sheet.format.delimiter)
      sheet = await this.withMapping(await this.look(spool, format, sheet.found));
    if (changes.mapping !== undefined)
      sheet = { ...sheet, mapping: readMapping(changes.mapping, sheet.columns), isRemembered: false };
    await this.runner.stop(one.id);
    const fresh = { state: 'uploaded', dryRun: undefined, failure: undefined } as const;
    const changed = await this.imports.change(one.id, WAITING, { ...fresh, sheet: JSON.stringify(sheet) });
    return this.json(changed ?? (await this.find(id)), actor);
  }

  /** @throws DomainError `import_not_found`, `import_state`; `invalid_request` if the mapping names no customer */
  async startDryRun(id: string, actor: Actor): Promise<string> {
    const one = await this.find(id);
    fileOf(one);
    if (!isWaiting(one)) throw wrongState(one, 'It is confirmed, so it cannot be tried.');
    if (this.runner.jobOf(one.id)) return this.json(one, actor);
    const { mapping, columns } = readSheet(one.sheet);
    checkMapping(mapping, columns);
    const fresh = { state: 'uploaded', dryRun: undefined, failure: undefined } as const;
    const changed = await this.imports.change(one.id, WAITING, fresh);
    if (!changed) throw wrongState(await this.find(id), 'It was changed meanwhile.');
    this.runner.startDryRun(changed);
    return this.json(changed, actor);
  }

  /** @throws DomainError `import_not_found`, `import_state` */
  async stopDryRun(id: string, actor: Actor): Promise<string> {
    const one = await this.find(id);
    if (!isWaiting(one)) throw wrongState(one, 'It is confirmed. Delete the import to stop it.');
    await this.runner.stop(one.id);
    const fresh = { state: 'uploaded', dryRun: undefined } as const;
    return this.json((await this.imports.change(one.id, WAITING, fresh)) ?? one, actor);
  }

  /**
   * Confirms an import that was checked, or lets one go on that was interrupted.
   * @throws DomainError `import_not_found`, `import_state`
   */
  async confirm(id: string, actor: Actor): Promise<string> {
    const one = await this.find(id);
    if (one.state === 'running') return this.json(one, actor);
    fileOf(one);
    const confirmed = await this.confirmed(one, actor);
    if (!confirmed) throw wrongState(await this.find(id), 'Let a dry run of its present mapping end first.');
    return this.json(confirmed, actor);
  }

  /** @returns undefined for an import that is in another state */
  private async confirmed(one: StoredImport, { author, origin }: Actor): Promise<StoredImport | undefined> {
    if ((one.state !== 'checked' && one.state !== 'interrupted') || this.runner.jobOf(one.id)) return undefined;
    // It keeps others from confirming it at the same time.
    const ingestion = await this.ingestions.claim(sourceOf(one));
    if (!ingestion) return undefined;
    const details = { import: one.id, ingestion: ingestion.id };
    const audit: AuditDraft = { author, origin, action: 'import', target: one.name, details };
    const confirmation = { ingestion: ingestion.id, confirmedBy: author, confirmedAt: Date.now() };
    const confirmed = await this.imports.confirm(one.id, confirmation, audit);
    if (confirmed) this.runner.startImport(confirmed, ingestion);
    else await this.ingestions.finish(ingestion.id, { state: 'interrupted' });
    return confirmed;
  }

  /** Stops an import that runs, or removes another one. @throws DomainError `import_not_found` */
  async remove(id: string): Promise<void> {
    const one = await this.find(id);
    await this.runner.stop(one.id);
    if (one.state === 'running') {
      // One that no process runs.
      await this.imports.change(one.id, ['running'], { state: 'interrupted' });
      return;
    }
    const others = IMPORT_STATES.filter((state) => state !== 'running');
    if ((await this.imports.remove(one.id, others)) && one.spool !== undefined) await this.spool.remove(one.spool);
  }

  /** @throws DomainError `import_not_found`; `import_state` before a dry run has ended */
  async rejects(id: string, actor: Actor): Promise<RejectsFile> {
    const one = await this.find(id);
    const file = rejectsFile(one, readSheet(one.sheet), this.ingestions, this.spool);
    if (!file) throw wrongState(one, 'It has no rejected rows before a dry run has ended.');
    await noteExport(this.access, actor, `rejects of import ${one.id}`);
    return file;
  }

  private async look(spool: string, format: SheetFormat, found: FoundFormat): Promise<LookedAt> {
    const { encoding, delimiter } = format;
    return lookAt(await openSheet(this.spool.read(spool), { encoding, delimiter }), found);
  }

  private async withMapping(looked: LookedAt): Promise<KeptSheet> {
    const remembered = readKeptMapping(await this.imports.mapping(hashOfColumns(looked.columns)));
    const known = remembered ? { remembered } : { attributes: await attributeNames(this.search) };
    const mapping = proposeMapping(looked.columns, known);
    return { ...looked, mapping, isRemembered: remembered !== undefined };
  }

  private async find(id: string): Promise<StoredImport> {
    const one = /^\d{1,15}$/.test(id) ? await this.imports.find(Number(id)) : undefined;
    if (!one) throw importNotFound(id);
    return one;
  }

  private async json(one: StoredImport, { permissions }: Actor): Promise<string> {
    return `{"import":${importJson(await this.shown(one), permissions.includes('read'))}}`;
  }

  private async shown(stored: StoredImport): Promise<ShownImport> {
    const ingestion = stored.ingestion === undefined ? undefined : await this.ingestions.find(stored.ingestion);
    return { stored, ingestion, job: this.runner.jobOf(stored.id) };
  }
}

function isWaiting({ state }: StoredImport): boolean {
  return WAITING.some((waiting) => waiting === state);
}

/** @throws DomainError `import_state` if the file is gone */
function fileOf(one: StoredImport): string {
  if (one.spool === undefined) throw wrongState(one, 'Its file is gone. Upload it again.');
  return one.spool;
}

function wrongState({ id, state }: StoredImport, message: string): DomainError {
  return new DomainError('import_state', `Import ${id} is ${state}. ${message}`);
}
