import { Injectable } from '@nestjs/common';
import { formatFilter, parseFilter } from '../domain/search/customer-filter.js';
import type { CustomerCount, CustomerQuery } from '../domain/search/customer-query.js';
import { DomainError } from '../domain/errors.js';
import { LIMITS } from '../domain/limits.js';
import { segmentNotFound, SegmentRepository, type Segment } from '../domain/search/segment.js';
import { SelectionCounts } from '../domain/search/selection-counts.js';
import { hasUnsupportedCharacter } from '../domain/text.js';
import type { NewSegment, SegmentAnswer, SegmentChanges, SegmentList, SegmentView } from './segment.dto.js';

const ALL: CustomerQuery = { filters: [], sort: 'id', order: 'asc' };

/** Rules of the API for segments. */
@Injectable()
export class SegmentsService {
  constructor(
    private readonly segments: SegmentRepository,
    private readonly counts: SelectionCounts,
  ) {}

  /** Counts nothing: only numbers that are known are in it. */
  async list(): Promise<SegmentList> {
    const segments = await this.segments.list();
    return { segments: segments.map((segment) => viewOf(segment, this.counts.known(segment.query))) };
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

  private async counted(segment: Segment): Promise<SegmentView> {
    return viewOf(segment, await this.counts.count(segment.query));
  }
}

/** @param count absent while the number of customers is not known */
function viewOf({ id, name, query }: Segment, count?: CustomerCount): SegmentView {
  return {
    id,
    name,
    search: query.search ?? '',
    filters: query.filters.map(formatFilter),
    sort: query.sort,
    order: query.order,
    ...(count && { customers: count.total }),
    ...(count && (count.totalIsMinimum || count.indexing) && { customers_is_minimum: true }),
  };
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name !== '' && !hasUnsupportedCharacter(name)) return name;
  throw refusal('segment.name', 'segment.name must not be empty, or hold U+0000 or half of a surrogate pair.');
}

function queryOf(before: CustomerQuery, { search, filters, sort, order }: SegmentChanges): CustomerQuery {
  const text = search?.trim() ?? before.search;
  if (text !== undefined && (hasUnsupportedCharacter(text) || text.length > LIMITS.searchBytes)) {
    throw refusal(
      'segment.search',
      `segment.search has at most ${LIMITS.searchBytes} characters, none of them U+0000.`,
    );
  }
  return {
    ...(text && { search: text }),
    filters: filters?.map(parseFilter) ?? before.filters,
    sort: sort ?? before.sort,
    order: order ?? before.order,
  };
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
