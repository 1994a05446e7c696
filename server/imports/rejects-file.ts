import { createReadStream } from 'node:fs';
import type { SheetColumn, SheetFormat } from '../domain/import/sheet.js';
import type { StoredImport } from '../domain/import/stored-import.js';
import type { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import type { ImportSpool } from './import-spool.js';
import type { KeptSheet } from './kept-sheet.js';
import { cellsOfReject, rejectsHead, rejectsLine } from './reject-rows.js';

/** Chunks of about this many characters are sent. */
const CHUNK_LENGTH = 64 * 1024;

/** Rejected rows as a file. */
export interface RejectsFile {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array | string>;
}

/** The rejected rows of an import, or of its dry run. @returns undefined before the dry run has ended */
export function rejectsFile(
  { id, ingestion, state, spool }: StoredImport,
  sheet: KeptSheet,
  ingestions: Pick<IngestionRepository, 'rejects'>,
  files: ImportSpool,
): RejectsFile | undefined {
  const name = `rejects-of-import-${id}.csv`;
  if (ingestion !== undefined) return { name, chunks: keptRows(ingestion, sheet, ingestions) };
  if (state !== 'checked' || spool === undefined) return undefined;
  return { name, chunks: createReadStream(files.path(spool, '.rejects')) };
}

/** The rejected rows of an ingestion as the same sheet, with a column `reason`. */
export async function* keptRows(
  ingestion: number,
  { columns, format }: { readonly columns: readonly SheetColumn[]; readonly format: SheetFormat },
  ingestions: Pick<IngestionRepository, 'rejects'>,
): AsyncGenerator<string> {
  let text = rejectsHead(columns, format.delimiter);
  for await (const reject of ingestions.rejects(ingestion)) {
    text += rejectsLine(cellsOfReject(reject), columns.length, reject.reason, format.delimiter);
    if (text.length < CHUNK_LENGTH) continue;
    yield text;
    text = '';
  }
  if (text) yield text;
}
