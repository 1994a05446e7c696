import { Injectable } from '@nestjs/common';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { customerNotFound, DomainError } from '../domain/errors.js';
import { HistoryRepository, type HistoryEntry } from '../domain/customer/history.js';
import { LIMITS } from '../domain/limits.js';
import { positiveInteger } from './paging.js';

const DEFAULT_LIMIT = 50;

/** Entries that are read at once. An entry of the longest values has 20 kB. */
const ENTRIES_AT_ONCE = 10;

/** Rules of the API for the history of a customer. Bodies are JSON text. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly history: HistoryRepository,
  ) {}

  /**
   * Makes the body of a page in pieces.
   * @throws DomainError `invalid_request`, `customer_not_found`
   */
  async *page(id: string, query: Readonly<Record<string, unknown>>): AsyncGenerator<string> {
    let left = Math.min(positiveInteger(query.limit) ?? DEFAULT_LIMIT, LIMITS.historyEntries);
    let before = readBefore(query.before);
    let opening = '{"history":[';
    let more = true;
    while (more && left > 0) {
      const read = await this.history.page(id, before, Math.min(left, ENTRIES_AT_ONCE));
      ({ more } = read);
      if (read.entries.length === 0) break;
      yield opening + read.entries.map(entryJson).join(',');
      opening = ',';
      left -= read.entries.length;
      before = read.entries[read.entries.length - 1].id;
    }
    if (opening !== ',' && !(await this.customers.get(id))) throw customerNotFound(id);
    yield `${opening === ',' ? '' : opening}],"meta":{"more":${more}}}`;
  }
}

function readBefore(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const id = positiveInteger(value);
  if (id !== undefined) return id;
  const message = 'before is the id of an entry of this history.';
  throw new DomainError('invalid_request', message, [{ field: 'before', message }]);
}

/** An entry of the history as it is served. */
export function entryJson({ id, at, source, action, changes, author, bulkEdit }: HistoryEntry): string {
  const bulk = bulkEdit === undefined ? '' : `"bulk_edit":${bulkEdit},`;
  const by = author ? `"by":${JSON.stringify(author)},` : '';
  return `{"id":${id},"at":"${new Date(at).toISOString()}","source":"${source}","action":"${action}",${by}${bulk}"changes":${changes}}`;
}
