import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { CustomerRepository, FoundCustomer } from '../domain/customer/customer-repository.js';
import {
  identitiesOfRows,
  rowsByCustomer,
  tryRows,
  type ImportRow,
  type RowOutcome,
} from '../domain/import/accept-rows.js';
import type { RowPlanner } from '../domain/import/row-plan.js';
import type { OpenSheet } from '../domain/import/sheet.js';
import type { SheetMapping } from '../domain/import/sheet-mapping.js';
import type { MessageIdentifier } from '../domain/message/message-identity.js';
import { Turns } from '../http/turns.js';
import type { EmailFinder } from './email-finder.js';
import { allOutcomes, ImportRows } from './import-rows.js';
import { rejectsHead, rejectsLine } from './reject-rows.js';
import { rowGroups, type RowEntry } from './row-groups.js';
import { Tally, type DryRunResult } from './tally.js';
import { TriedCustomers } from './tried-customers.js';

const NOTHING = new Uint8Array();
const OWNER_ONLY = 0o600;

/** A sheet with the meaning of its rows. */
export interface ReadySheet {
  readonly sheet: OpenSheet;
  readonly planner: RowPlanner;
  readonly mapping: SheetMapping;
}

/** How far a sheet was read. */
export interface SheetProgress {
  rows: number;
  bytes: number;
}

/** The parts of the server that try and import sheets. */
export interface ImportStore {
  readonly customers: CustomerRepository;
  readonly emails: EmailFinder;
  readonly identifier: MessageIdentifier;
}

/** The files of a dry run; they do not exist. */
export interface DryRunFiles {
  /** Gets the rejected rows as CSV. Undefined: they are only counted. */
  readonly rejects: string | undefined;
  /** Is gone afterwards. */
  readonly tries: string;
}

/**
 * Finds out what an import would do, and changes nothing in the database.
 * @param signal stops it
 * @throws the reason of the signal; errors of the sheet and of the database
 */
export async function dryRun(
  { sheet, planner, mapping }: ReadySheet,
  store: ImportStore,
  files: DryRunFiles,
  progress: SheetProgress,
  signal: AbortSignal,
): Promise<DryRunResult> {
  const tally = new Tally();
  const turns = new Turns();
  const tried = new TriedCustomers(files.tries);
  const attempt = new Attempt(store, tried, planner.hasTimes, mapping);
  const rows = new ImportRows(planner, store.identifier, 0);
  const rejects = files.rejects === undefined ? undefined : new RejectsFile(files.rejects, sheet);
  try {
    const find = (emails: readonly string[]): ReturnType<Attempt['find']> => attempt.find(emails);
    for await (const group of rowGroups(sheet, planner, mapping, find, 0)) {
      signal.throwIfAborted();
      const outcomes = allOutcomes(group.entries, await attempt.accept(rows.of(group.entries)));
      group.entries.forEach((entry, at) => tally.add(entry, outcomes[at]));
      await rejects?.write(group.entries, outcomes);
      progress.rows = tally.counts.rows;
      progress.bytes = group.bytes;
      await turns.next();
    }
    signal.throwIfAborted();
    await rejects?.end();
    const { counts, ...samples } = tally;
    return { ...counts, ...samples, damagedCharacters: sheet.damagedCharacters };
  } finally {
    rejects?.close();
    tried.close();
  }
}

/** Applies rows to customers as they would be, and not to the database. */
class Attempt {
  private readonly usesEmails: boolean;

  constructor(
    private readonly store: ImportStore,
    private readonly tried: TriedCustomers,
    private readonly hasTimes: boolean,
    { columns }: SheetMapping,
  ) {
    this.usesEmails = columns.some(({ use }) => use === 'email');
  }

  /** Finds customers by emails, as the rows before have left them. */
  async find(emails: readonly string[]): Promise<Map<string, string[]>> {
    const found = await this.store.emails.find(emails);
    for (const email of emails) {
      const untouched = (found.get(email) ?? []).filter((id) => !this.tried.get(id));
      found.set(email, [...untouched, ...this.tried.byEmail(email)]);
    }
    return found;
  }

  async accept(rows: readonly ImportRow[]): Promise<readonly RowOutcome[]> {
    const outcomes: RowOutcome[] = [];
    const customers = rowsByCustomer(rows);
    const byId = new Map(customers.map((customer) => [customer.id, customer]));
    const found = await this.store.customers.look([...byId.keys()], (known) => {
      const own = byId.get(known.id);
      // An import without times has identities that are new.
      return own && this.hasTimes ? identitiesOfRows(this.tried.get(known.id) ?? known, own) : NOTHING;
    });
    for (const one of found) {
      const own = byId.get(one.known.id);
      if (!own) continue;
      const before = this.tried.get(own.id) ?? one.known;
      const after = tryRows(before, own, this.appliedTo(one), outcomes);
      if (after !== before) this.tried.set(after, this.usesEmails);
    }
    return outcomes;
  }

  private appliedTo({ known: { id }, has }: FoundCustomer): Parameters<typeof tryRows>[2] {
    if (!this.hasTimes) return { has: () => false, add: () => undefined };
    return {
      has: (identity) => this.tried.has(id, identity) || has(identity),
      add: (identity) => {
        this.tried.add(id, identity);
      },
    };
  }
}

/** Writes rejected rows as the same CSV with their reasons. */
class RejectsFile {
  private readonly file: WriteStream;
  private failure: Error | undefined;

  constructor(
    path: string,
    private readonly sheet: OpenSheet,
  ) {
    this.file = createWriteStream(path, { mode: OWNER_ONLY });
    this.file.on('error', (error) => (this.failure = error));
    this.file.write(rejectsHead(sheet.columns, sheet.format.delimiter));
  }

  async write(entries: readonly RowEntry[], outcomes: readonly RowOutcome[]): Promise<void> {
    const { columns, format } = this.sheet;
    const lines = entries.flatMap(({ row: { cells } }, at) => {
      const outcome = outcomes[at];
      return outcome.kind === 'rejected' ? rejectsLine(cells, columns.length, outcome.reason, format.delimiter) : [];
    });
    if (lines.length === 0) return;
    if (this.file.write(lines.join(''))) return;
    await once(this.file, 'drain').catch(() => undefined);
    if (this.failure) throw this.failure;
  }

  async end(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.file.once('error', reject).end(resolve);
    });
  }

  close(): void {
    this.file.destroy();
  }
}
