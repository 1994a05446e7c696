import { Injectable } from '@nestjs/common';
import { CustomerRepository, type RunAfter } from '../domain/customer/customer-repository.js';
import { DomainError } from '../domain/errors.js';
import type { CustomerQuery } from '../domain/search/customer-query.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { PIECE_BYTES } from '../http/send.js';
import { countMembers } from './customer-body.js';
import { cursorOf, readCursor } from './cursor.js';
import { incompleteMember } from './log-completeness.js';
import { readPaging, type Paging } from './paging.js';
import { asksToSearch, readCustomerQuery } from './read-query.js';

type RawQuery = Readonly<Record<string, unknown>>;
type Piece = string | Uint8Array;

/** Stands between ids. No id holds it. */
const SEPARATOR = '\0';
const IDS_AT_ONCE = 200;
/** Bytes of an id that waits to be read, as long ids go. */
export const ID_BYTES = 40;

/** Customers of the longest page that is put together whole. Pages of more customers are sent in pieces. */
export const WHOLE_PAGE = 100;

/** The end of a step of a walk: members of `meta`, and the id of the last customer unless it is the last step. */
interface StepEnd {
  readonly counts: string;
  readonly next: string | undefined;
}

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

  /**
   * A step of a walk through all customers, or through those that a query selects, in the order of ids. A customer that exists, and is selected,
   * during the whole walk is in exactly one step.
   * @throws DomainError `invalid_request`
   */
  async *step(query: RawQuery): AsyncGenerator<Piece> {
    const after = readCursor(query.after);
    for (const field of ['page', 'sort', 'order']) if (isGiven(query[field])) throw notWithAfter(field);
    const { perPage } = readPaging(query);
    yield '{"customers":[';
    const { counts, next } = asksToSearch(query)
      ? yield* this.foundAfter(readCustomerQuery(query), after, perPage)
      : yield* this.allAfter(after, perPage);
    const cursor = next === undefined ? '' : `,"next":"${cursorOf(next)}"`;
    yield `],"meta":{"per_page":${perPage},${counts}${cursor}}}`;
  }

  private async *allAfter(after: string | undefined, limit: number): AsyncGenerator<Piece, StepEnd> {
    const { total } = await this.customers.page(0, 0);
    const last = yield* this.runsAfter(after, limit);
    const isLast = last === undefined || (await this.customers.runAfter(last, 1, 1)).count === 0;
    return { counts: `"total":${total}`, next: isLast ? undefined : last };
  }

  private async *foundAfter(
    query: CustomerQuery,
    after: string | undefined,
    limit: number,
  ): AsyncGenerator<Piece, StepEnd> {
    const { counts } = await this.find(query, 0, 0);
    const { packed, next } = await this.selectAfter(query, after, limit);
    yield* this.runsAmong(packed);
    return { counts, next };
  }

  /** The ids of a step in one text. */
  private async selectAfter(
    query: CustomerQuery,
    after: string | undefined,
    limit: number,
  ): Promise<{ packed: string; next: string | undefined }> {
    const ids = await this.search.walk(query, after, limit + 1);
    const next = ids.length > limit ? ids[limit - 1] : undefined;
    return { packed: ids.slice(0, limit).join(SEPARATOR), next };
  }

  /** @returns the id of the last customer; undefined when there is none */
  private async *runsAfter(id: string | undefined, limit: number): AsyncGenerator<Piece, string | undefined> {
    let [after, left] = [id, limit];
    while (left > 0) {
      const run: RunAfter = await this.customers.runAfter(after, left, PIECE_BYTES);
      if (run.count === 0) break;
      if (left < limit) yield ',';
      yield run.json;
      left -= run.count;
      after = run.last;
    }
    return left < limit ? after : undefined;
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
    return { packed: ids.join(SEPARATOR), counts: countMembers(counts, await incompleteMember(this.search, query)) };
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== '';
}

function notWithAfter(field: string): DomainError {
  const message = `${field} does not go with after, which walks in the order of ids.`;
  return new DomainError('invalid_request', message, [{ field, message }]);
}
