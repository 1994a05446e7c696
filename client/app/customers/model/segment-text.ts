import { countText } from '../../core/count-text';
import { READER_ZONE, isRelativeList } from './conditions';
import { CustomerOrder, CustomerSelection, writeQuery } from './customer-query';
import { sentenceOf } from './filter-text';

/** A saved selection, as far as its texts and its link need it. */
interface Saved extends CustomerSelection, CustomerOrder {
  readonly id: number;
  readonly customers?: number;
  readonly customers_is_minimum?: boolean;
}

/** The query of the list that shows a segment. */
export function segmentParams(segment: Saved): Record<string, unknown> {
  return { ...writeQuery(segment), tz: zoneIn(segment), segment: segment.id };
}

/** The number of customers, with `+` when there may be more; null until it is known. */
export function segmentCount({ customers, customers_is_minimum }: Saved): string | null {
  return customers === undefined ? null : countText(customers) + (customers_is_minimum ? '+' : '');
}

/** The segment in words: what it selects, whether that changes with time, and by which clock. */
export function aboutSegment(segment: Saved): string {
  const zone = zoneIn(segment);
  const parts = [
    segment.search && `“${segment.search}”`,
    sentenceOf(segment),
    isRelativeList(segment) && $localize`changes with time`,
    zone && $localize`times of ${zone}:zone:`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** The zone of a segment, if it is not that of the reader. */
function zoneIn({ tz }: Saved): string | null {
  return tz && tz !== READER_ZONE ? tz : null;
}
