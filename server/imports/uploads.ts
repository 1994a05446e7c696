import type { ImportRepository } from '../domain/import/import-repository.js';
import { IMPORT_KEPT_MS, type StoredImport } from '../domain/import/stored-import.js';
import type { ImportJobs } from './import-jobs.js';
import type { ImportSpool } from './import-spool.js';
import { forgetful } from './import-view.js';
import { readSheet } from './kept-sheet.js';
import { namesCustomer } from './ready-sheet.js';

const ERASED = 'A customer was erased that the file may hold. Upload the file again.';

/** The files of imports, and when they go. */
export class Uploads {
  constructor(
    private readonly imports: ImportRepository,
    private readonly spool: ImportSpool,
    private readonly jobs: ImportJobs,
  ) {}

  /** Removes uploads whose time is over, with their files. */
  async tidy(): Promise<void> {
    const end = Date.now() - IMPORT_KEPT_MS;
    const known = new Set<string>();
    for (const one of await this.imports.inStates(['uploaded', 'checked', 'running', 'failed', 'interrupted'])) {
      const { id, spool, state, createdAt, confirmedAt } = one;
      if (spool === undefined) continue;
      if (state === 'running' || this.jobs.of(id) || Math.max(createdAt, confirmedAt ?? 0) > end) {
        known.add(spool);
        continue;
      }
      if (state === 'uploaded' || state === 'checked') await this.imports.remove(id, [state]);
      else await this.imports.change(id, [state], { spool: undefined, ...forgetful(one, readSheet(one.sheet)) });
      await this.spool.remove(spool);
    }
    await this.spool.tidy(known);
  }

  /** Drops the files that may hold a customer, and what is shown of them. An import that runs is not stopped, but shows nothing any more. */
  async forget(id: string): Promise<void> {
    for (const one of await this.imports.inStates(['running']))
      await this.imports.change(one.id, ['running'], forgetful(one, readSheet(one.sheet)));
    const states = ['uploaded', 'checked', 'failed', 'interrupted'] as const;
    for (const one of await this.imports.inStates(states)) {
      if (one.spool === undefined || !(await this.mayHold(one, one.spool, id))) continue;
      await this.jobs.stop(one.id);
      await this.spool.remove(one.spool);
      const gone = { state: 'failed', failure: ERASED, spool: undefined } as const;
      await this.imports.change(one.id, states, { ...gone, ...forgetful(one, readSheet(one.sheet)) });
    }
  }

  private async mayHold({ sheet }: StoredImport, spool: string, id: string): Promise<boolean> {
    const kept = readSheet(sheet);
    try {
      return await namesCustomer(this.spool.read(spool), kept, id);
    } catch {
      // A sheet that cannot be read may hold any customer.
      return true;
    }
  }
}
