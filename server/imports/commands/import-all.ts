import { createHash } from 'node:crypto';
import { osUser } from '../../config/os-user.js';
import { commandEntry } from '../../domain/access/audit.js';
import { createRowPlanner } from '../../domain/import/row-planner.js';
import { importPath } from '../../domain/import/stored-import.js';
import type { Ingestion } from '../../domain/ingestion/ingestion.js';
import type { ReadableSource } from '../../ingestion/sources/source.js';
import type { Storage } from '../../storage/open-engine.js';
import type { ImportStore, ReadySheet, SheetProgress } from '../dry-run.js';
import { importRows } from '../import-run.js';

const KEEP_ALIVE_MS = 5_000;

/** Imports a sheet, or goes on with one of the same file and mapping. @throws the reason of the signal */
export async function importAll(
  { ingestions, access }: Storage,
  store: ImportStore,
  { name, path, size, fingerprint, seekable }: ReadableSource,
  { sheet, mapping }: Pick<ReadySheet, 'sheet' | 'mapping'>,
  progress: SheetProgress,
  signal: AbortSignal,
): Promise<Ingestion> {
  const reading = JSON.stringify([fingerprint, sheet.format, mapping]);
  const own = {
    ...{ name, path: importPath(path ?? name), size },
    fingerprint: createHash('sha1').update(reading).digest('base64url'),
  };
  await access.record(commandEntry(osUser(), 'import', name), Date.now());
  const ingestion = await ingestions.begin(own);
  const { id, startedAt } = ingestion;
  const alive = setInterval(() => void ingestions.keepAlive(id).catch(() => undefined), KEEP_ALIVE_MS);
  try {
    const planner = createRowPlanner(sheet.columns, mapping, { importId: String(id), time: startedAt });
    await importRows({ sheet, mapping, planner }, store, ingestion, seekable ? size : undefined, progress, [], signal);
    const ended = await ingestions.finish(id, { state: signal.aborted ? 'interrupted' : 'done' });
    signal.throwIfAborted();
    return ended;
  } catch (error) {
    if (!signal.aborted) {
      const failure = error instanceof Error ? error.message : String(error);
      await ingestions.finish(id, { state: 'failed', failure }).catch(() => undefined);
    }
    throw error;
  } finally {
    clearInterval(alive);
  }
}
