import { Injectable } from '@nestjs/common';
import type { Awaitable } from '../domain/awaitable.js';
import type { StoredCustomer } from '../domain/customer/customer.js';
import { StoredCustomers, type CustomerSnapshot } from '../domain/customer/stored-customers.js';
import { DomainError } from '../domain/errors.js';
import { standingDeletions } from '../domain/log/log-fold.js';
import { LogRepository } from '../domain/log/log-repository.js';
import { recordDifferences } from '../domain/log/record-differences.js';
import { requireLog } from '../customers/log-completeness.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import type { CustomerSelection } from '../domain/search/customer-query.js';
import type { SelectionBut } from '../customers/read-selection.js';
import { Turns } from '../http/turns.js';
import { SheetEncoder } from '../spreadsheets/sheet-encoder.js';
import type { CsvForm } from './csv-form.js';
import { BYTE_ORDER_MARK, CsvWriter } from './csv.js';
import { findColumns } from './find-columns.js';
import { LogLines } from './log-lines.js';
import { messageLines } from './message-lines.js';
import { isEverybody, SelectedCustomers } from './selected-customers.js';
import { Spools, type Spool } from './spool.js';

/** Characters of a piece that is written at once. */
const CHUNK = 256 * 1024;

/** Writes the lines of some customers, each with its end. */
type LinesOf = (customers: readonly StoredCustomer[], write: (line: string) => Awaitable<void>) => Awaitable<void>;

/** A file of CSV. */
export interface CsvFile {
  readonly spool: Spool;
  /** Characters that its encoding cannot hold, which became `?`. */
  readonly replaced: number;
}

/** The head of a file and the lines of its customers. */
interface Form {
  readonly head: string;
  readonly linesOf: LinesOf;
}

/**
 * Writes the customers of a selection into a spool, as they are at one moment. A signal ends the work when the client leaves.
 *
 * Each method throws DomainError `invalid_request` when the file would be too long; `busy`, `storage_full`.
 */
@Injectable()
export class ExportsService {
  private readonly turns = new Turns();

  constructor(
    private readonly stored: StoredCustomers,
    private readonly spools: Spools,
    private readonly log: LogRepository,
    private readonly search: CustomerSearch,
  ) {}

  /** @throws DomainError `log_incomplete` unless that is allowed; see {@link requireLog} */
  async requireLog(selection: CustomerSelection, allowsIncomplete: boolean): Promise<void> {
    if (!allowsIncomplete) await requireLog(this.search, selection);
  }

  async csv(selection: SelectionBut, form: CsvForm, signal: AbortSignal): Promise<CsvFile> {
    const { reader, delimiter, encoding } = form;
    const encoder = new SheetEncoder(encoding);
    const spool = await this.write(selection, signal, encoder, async (snapshot, selected) => {
      const columns = form.columns ?? (await findColumns(snapshot, selected, isEverybody(selection)));
      const writer = new CsvWriter(columns, reader, delimiter);
      const mark = reader === 'spreadsheets' && encoding !== 'windows-1252' ? BYTE_ORDER_MARK : '';
      return {
        head: mark + writer.header,
        linesOf: async (customers, write) => {
          for (const customer of customers) await write(writer.line(customer));
        },
      };
    });
    return { spool, replaced: encoder.replaced };
  }

  jsonLines(selection: SelectionBut, signal: AbortSignal): Promise<Spool> {
    return this.write(selection, signal, new SheetEncoder('utf-8'), async () => ({
      head: '',
      linesOf: (...of) => this.messages(...of),
    }));
  }

  /** Writes the messages of the log; of a customer that has none, or has changed since the moment of the export, made-up ones. */
  private async messages(
    customers: readonly StoredCustomer[],
    write: (line: string) => Awaitable<void>,
  ): Promise<void> {
    const left = new Map(customers.map((customer) => [customer.id, customer]));
    const ids = [...left.keys()];
    await this.log.wholes(ids, async (id, log, messages, record) => {
      const customer = left.get(id);
      if (!customer)
        throw new DomainError('storage_unavailable', 'The database was away during the export. Try again.');
      left.delete(id);
      if (!log.exists || !record || recordDifferences(id, customer, record).length > 0) {
        for (const line of messageLines(customer)) await write(line);
        return;
      }
      const lines = new LogLines(customer);
      const deletion = standingDeletions(log.edits).at(-1)?.moment ?? -1;
      for await (const message of messages) if (message.moment > deletion) await write(lines.line(message));
      for (const line of lines.rest()) await write(line);
    });
  }

  private write(
    selection: SelectionBut,
    signal: AbortSignal,
    encoder: SheetEncoder,
    formOf: (snapshot: CustomerSnapshot, selected: SelectedCustomers) => Promise<Form>,
  ): Promise<Spool> {
    return this.spools.write(signal, (spool) =>
      this.stored.snapshot(async (snapshot) => {
        await spool.restart();
        const selected = new SelectedCustomers(snapshot, selection, this.turns, signal);
        encoder.replaced = 0;
        await writeLines(
          (text) => spool.write(encoder.encode(text)),
          await formOf(snapshot, selected),
          selected.pages(),
        );
      }),
    );
  }
}

async function writeLines(
  writePiece: (text: string) => Promise<void>,
  { head, linesOf }: Form,
  pages: AsyncIterable<readonly StoredCustomer[]>,
): Promise<void> {
  let chunk = head;
  const flush = (): Promise<void> => {
    const full = chunk;
    chunk = '';
    return writePiece(full);
  };
  const add = (line: string): Awaitable<void> => {
    chunk += line;
    return chunk.length < CHUNK ? undefined : flush();
  };
  for await (const page of pages) await linesOf(page, add);
  if (chunk) await flush();
}
