import { Injectable } from '@nestjs/common';
import { CustomerRepository, type RunAfter } from '../domain/customer/customer-repository.js';
import type { CustomerQuery } from '../domain/search/customer-query.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { PIECE_BYTES } from '../http/send.js';
import { countMembers } from './customer-body.js';
import type { Paging } from './paging.js';
import { readCustomerQuery } from './read-query.js';

type RawQuery = Readonly<Record<string, unknown>>;
type Piece = string | Uint8Array;

/** Stands between ids. No id holds it. */
const SEPARATOR = '\0';
const IDS_AT_ONCE = 200;
/** Bytes of an id that waits to be read, as long ids go. */
export const ID_BYTES = 40;

/** Customers of the longest page that is put together whole. Pages of more customers are sent in pieces. */
export const WHOLE_PAGE = 100;

/**
 * Makes the bodies of long lists, piece after piece as they are sent. Each customer is as it was when its piece was read. A customer that
 * is deleted meanwhile is left out.
 */
@Injectable()
export class ListPieces {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly search: CustomerSearch,
  ) {}

  /** A page of all customers. It begins with the customer that was at its offset when it was asked for. */
  async *page({ page, perPage }: Paging): AsyncGenerator<Piece> {
    const offset = (page - 1) * perPage;
    const { customers, total } = await this.customers.page(Math.max(0, offset - 1), Math.min(offset, 1));
    yield '{"customers":[';
    if (offset < total) yield* this.runsAfter(customers.at(0)?.id, perPage);
    yield `],"meta":{"page":${page},"per_page":${perPage},"total":${total}}}`;
  }

  /**
   * A page of the customers that a query selects. They are selected at once, and read when they are sent.
   * @throws DomainError `invalid_request`
   */
  async *found(query: RawQuery, { page, perPage }: Paging): AsyncGenerator<Piece> {
    const { packed, counts } = await this.find(readCustomerQuery(query), (page - 1) * perPage, perPage);
    yield '{"customers":[';
    yield* this.runsAmong(packed);
    yield `],"meta":{"page":${page},"per_page":${perPage},${counts}}}`;
  }

  private async *runsAfter(id: string | undefined, limit: number): AsyncGenerator<Piece> {
    let [after, left] = [id, limit];
    while (left > 0) {
      const run: RunAfter = await this.customers.runAfter(after, left, PIECE_BYTES);
      if (run.count === 0) return;
      if (left < limit) yield ',';
      yield run.json;
      left -= run.count;
      after = run.last;
    }
  }

  private async *runsAmong(packed: string): AsyncGenerator<Piece> {
    let isFirst = true;
    for (let rest = packed; rest !== '';) {
      const ids = rest.split(SEPARATOR, IDS_AT_ONCE);
      const { json, count, covered } = await this.customers.runAmong(ids, PIECE_BYTES);
      rest = rest.slice(ids.slice(0, covered).reduce((length, id) => length + id.length + 1, 0));
      if (count === 0) continue;
      if (!isFirst) yield ',';
      isFirst = false;
      yield json;
    }
  }

  /** Finds a page. The ids come in one text: ten thousand texts would take five times its memory. */
  private async find(query: CustomerQuery, offset: number, limit: number): Promise<{ packed: string; counts: string }> {
    const { ids, ...counts } = await this.search.searchIds(query, offset, limit);
    return { packed: ids.join(SEPARATOR), counts: countMembers(counts) };
  }
}
