import { Injectable } from '@nestjs/common';
import { incompleteMember } from '../customers/log-completeness.js';
import { readConditions } from '../customers/read-conditions.js';
import { readSearch } from '../customers/read-query.js';
import { eventsWithin } from '../domain/search/condition.js';
import { formatFilter } from '../domain/search/customer-filter.js';
import { formatGroup } from '../domain/search/filter-group.js';
import { resolveSelection, type WrittenQuery } from '../domain/search/written-query.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { CustomerMatcher } from '../domain/search/customer-matcher.js';
import { OpenRecord } from '../domain/search/open-record.js';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import type { CustomerCount, CustomerSelection } from '../domain/search/customer-query.js';
import { customerNotFound, DomainError } from '../domain/errors.js';
import { LIMITS } from '../domain/limits.js';
import { segmentNotFound, SegmentRepository, type Segment } from '../domain/search/segment.js';
import { SelectionCounts } from '../domain/search/selection-counts.js';
import { hasUnsupportedCharacter } from '../domain/text.js';
import type { NewSegment, SegmentAnswer, SegmentChanges, SegmentList, SegmentView } from './segment.dto.js';

const ALL: WrittenQuery = { filters: [], sort: 'id', order: 'asc' };

/** Rules of the API for segments. */
@Injectable()
export class SegmentsService {
  constructor(
    private readonly segments: SegmentRepository,
    private readonly counts: SelectionCounts,
    private readonly customers: CustomerRepository,
    private readonly search: CustomerSearch,
  ) {}

  /** Counts nothing: only numbers that are known are in it. */
  async list(): Promise<SegmentList> {
    const now = Date.now();
    const listed = (await this.segments.list()).map((segment) =>
      this.listed(segment, resolveSelection(segment.query, now)),
    );
    return { segments: await Promise.all(listed) };
  }

  /**
   * The segments that a customer is in at this moment. Counts nothing, as {@link list}.
   * @throws DomainError `customer_not_found`
   */
  async ofCustomer(id: string): Promise<SegmentList> {
    const record = await this.customers.get(id);
    if (!record) throw customerNotFound(id);
    const customer = new OpenRecord(record, undefined, await this.customers.labels(id));
    const now = Date.now();
    const segments: SegmentView[] = [];
    for (const segment of await this.segments.list()) {
      const selection = resolveSelection(segment.query, now);
      const isIn =
        eventsWithin(selection.filters).length > 0
          ? await this.selects(selection, id)
          : new CustomerMatcher(selection).match(customer) !== undefined;
      if (isIn) segments.push(await this.listed(segment, selection));
    }
    return { segments };
  }

  /** Asks the engine about one customer, as it reads the log. */
  private async selects(selection: CustomerSelection, id: string): Promise<boolean> {
    for await (const found of this.search.select({ ...selection, ids: [id] })) if (found === id) return true;
    return false;
  }

  /** @throws DomainError `segment_not_found` */
  async show(id: string): Promise<SegmentAnswer> {
    return { segment: await this.counted(await this.known(id)) };
  }

  /** @throws DomainError `invalid_request`, `segment_name_taken` */
  async create(body: NewSegment): Promise<SegmentAnswer> {
    if ((await this.segments.list()).length >= LIMITS.segments) {
      throw new DomainError('invalid_request', `There are ${LIMITS.segments} segments already. Delete one first.`);
    }
    const segment = await this.segments.create({ name: nameOf(body.name), query: queryOf(ALL, body) });
    return { segment: await this.counted(segment) };
  }

  /** @throws DomainError `invalid_request`, `segment_not_found`, `segment_name_taken` */
  async update(id: string, changes: SegmentChanges): Promise<SegmentAnswer> {
    const before = await this.known(id);
    const name = changes.name ? nameOf(changes.name) : before.name;
    const segment = { id: before.id, name, query: queryOf(before.query, changes) };
    await this.segments.replace(segment);
    return { segment: await this.counted(segment) };
  }

  /** @throws DomainError `segment_not_found` */
  async remove(id: string): Promise<void> {
    await this.segments.remove((await this.known(id)).id);
  }

  private async known(id: string): Promise<Segment> {
    const segment = /^\d{1,15}$/.test(id) ? await this.segments.find(Number(id)) : undefined;
    if (!segment) throw segmentNotFound(JSON.stringify(id));
    return segment;
  }

  private async listed(segment: Segment, selection: CustomerSelection): Promise<SegmentView> {
    return viewOf(segment, await incompleteMember(this.search, selection), this.counts.known(selection));
  }

  private async counted(segment: Segment): Promise<SegmentView> {
    const selection = resolveSelection(segment.query, Date.now());
    const count = await this.counts.count(selection);
    return viewOf(segment, await incompleteMember(this.search, selection), count);
  }
}

/** @param count absent while the number of customers is not known */
function viewOf(
  { id, name, query }: Segment,
  incomplete: Pick<SegmentView, 'log_incomplete_since'>,
  count?: CustomerCount,
): SegmentView {
  return {
    id,
    name,
    search: query.search ?? '',
    filters: query.filters.map(formatFilter),
    ...(query.where && { where: formatGroup(query.where) }),
    ...(query.timeZone !== undefined && { tz: query.timeZone }),
    ...(query.weekStart && { week_start: query.weekStart }),
    sort: query.sort,
    order: query.order,
    ...(count && { customers: count.total }),
    ...(count && (count.totalIsMinimum || count.indexing) && { customers_is_minimum: true }),
    ...incomplete,
  };
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name !== '' && !hasUnsupportedCharacter(name)) return name;
  throw refusal('segment.name', 'segment.name must not be empty, or hold U+0000 or half of a surrogate pair.');
}

/** @param before the query whose members stay where the changes have none */
function queryOf(before: WrittenQuery, { search, sort, order, ...changes }: SegmentChanges): WrittenQuery {
  const text = search === undefined ? before.search : readSearch(search, 'segment.search');
  const { filters, where, timeZone, weekStart } = readConditions(changes, 'segment.');
  const group = changes.where === undefined ? before.where : where;
  const zone = changes.tz === undefined ? before.timeZone : timeZone;
  const first = changes.week_start === undefined ? before.weekStart : weekStart;
  return {
    ...(text !== undefined && { search: text }),
    filters: changes.filters ? filters : before.filters,
    ...(group && { where: group }),
    ...(zone !== undefined && { timeZone: zone }),
    ...(first && { weekStart: first }),
    sort: sort ?? before.sort,
    order: order ?? before.order,
  };
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
