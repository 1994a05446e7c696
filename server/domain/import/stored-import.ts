import type { Author } from '../access/audit.js';
import { DomainError } from '../errors.js';

/**
 * The state of an import as it is kept. `uploaded`: its file waits for a dry run. `checked`: a dry run of the present mapping has ended.
 * `running`: it is confirmed, and its rows are applied; a process that ends meanwhile goes on at its next start. `interrupted`: it was stopped.
 */
export const IMPORT_STATES = ['uploaded', 'checked', 'running', 'done', 'failed', 'interrupted'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** The time for which an upload waits for its confirmation, in ms. */
export const IMPORT_KEPT_MS = 24 * 3_600_000;

/** A spreadsheet that was uploaded. Times are ms since the Unix epoch. */
export interface StoredImport {
  readonly id: number;
  /** The name of the file, as the client gave it. */
  readonly name: string;
  /** Size of the file. */
  readonly bytes: number;
  /** The name of the file in the spool folder; undefined when it is gone. */
  readonly spool: string | undefined;
  readonly state: ImportState;
  /** The reason why it failed. */
  readonly failure: string | undefined;
  /** How the file is read, with its columns and their mapping: JSON. */
  readonly sheet: string;
  /** The result of the dry run of the present mapping, as JSON; undefined if there is none. */
  readonly dryRun: string | undefined;
  /** The ingestion of a confirmed import. Its number is the id of the import in identities and in the log. */
  readonly ingestion: number | undefined;
  readonly uploadedBy: Author;
  readonly confirmedBy: Author | undefined;
  readonly createdAt: number;
  /** The time of the messages of the import, unless a column has them. */
  readonly confirmedAt: number | undefined;
}

export type NewImport = Pick<StoredImport, 'name' | 'bytes' | 'sheet' | 'uploadedBy' | 'createdAt'> & {
  readonly spool: string;
};

/** New values of an import. Absent members stay as they are. */
export type ImportChange = {
  readonly [Name in 'state' | 'sheet' | 'dryRun' | 'failure' | 'spool']?: StoredImport[Name];
};

/** The confirmation of an import. */
export interface Confirmation {
  readonly ingestion: number;
  readonly confirmedBy: Author;
  readonly confirmedAt: number;
}

const IMPORT_PATH = 'import:';

/**
 * The path of the ingestion of an import: it identifies the import between runs, and is no path of a file.
 * @param id the number of an upload, or the path of a file that the command line imports
 */
export function importPath(id: number | string): string {
  return IMPORT_PATH + String(id);
}

/** True for the ingestion of an import. */
export function isImportPath(path: string | undefined): boolean {
  return path?.startsWith(IMPORT_PATH) === true;
}

/** The number of an upload out of the path of its ingestion; undefined for any other ingestion. */
export function importOfPath(path: string | undefined): number | undefined {
  const found = /^import:(\d{1,15})$/.exec(path ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}

export function importNotFound(id: string | number): DomainError {
  return new DomainError('import_not_found', `There is no import with the id ${JSON.stringify(String(id))}.`);
}
