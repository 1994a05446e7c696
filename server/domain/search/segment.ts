import type { WrittenQuery } from './written-query.js';
import { DomainError } from '../errors.js';

/** A saved query with a name. */
export interface Segment {
  readonly id: number;
  /** Unique. */
  readonly name: string;
  readonly query: WrittenQuery;
}

/** Stores segments. This class is the contract of every engine and the token for Nest. */
export abstract class SegmentRepository {
  /** All segments, sorted by name in the order of code points. */
  abstract list(): Promise<readonly Segment[]>;

  abstract find(id: number): Promise<Segment | undefined>;

  /** @throws DomainError `segment_name_taken` */
  abstract create(segment: Omit<Segment, 'id'>): Promise<Segment>;

  /**
   * Replaces the segment with the same id.
   * @throws DomainError `segment_not_found`, `segment_name_taken`
   */
  abstract replace(segment: Segment): Promise<void>;

  /** @throws DomainError `segment_not_found` */
  abstract remove(id: number): Promise<void>;
}

export function segmentNotFound(id: number | string): DomainError {
  return new DomainError('segment_not_found', `There is no segment ${id}.`);
}

export function segmentNameTaken(name: string): DomainError {
  const message = `There is a segment called ${JSON.stringify(name)} already. Choose another name.`;
  return new DomainError('segment_name_taken', message, [{ field: 'segment.name', message }]);
}
