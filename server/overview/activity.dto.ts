import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SPANS, type Span } from '../customers/read-activity-query.js';
import { RANGES, type Range } from './read-range.js';

const COUNT = { type: 'integer', format: 'int64' } as const;

export class ActivityCounts {
  @ApiProperty({ ...COUNT, description: 'Customers by their `created_at`; not those without one.' })
  new_customers!: number;

  @ApiProperty({ ...COUNT, description: 'Events of the log, by their own time.' })
  events!: number;

  @ApiProperty({ ...COUNT, description: 'Edits of customers, also of deleted ones; a bulk edit counts for each.' })
  edits!: number;

  @ApiProperty({ ...COUNT, description: 'Deletions of customers.' })
  deletions!: number;

  @ApiProperty({
    ...COUNT,
    description:
      'Rejected lines by the begin of their ingestion, of the last 5,000 ingestions, and rejected live messages by the hour.',
  })
  rejects!: number;

  @ApiProperty({ ...COUNT, description: 'Ingestions that began.' })
  ingestions!: number;
}

export class ActivitySpan extends ActivityCounts {
  @ApiProperty({ format: 'date', description: 'The first day of the span.', example: '2026-11-02' })
  start!: string;
}

export class OverviewActivityMeta {
  @ApiProperty({ enum: RANGES })
  range!: Range;

  @ApiProperty({ enum: SPANS })
  by!: Span;

  @ApiProperty({ example: 'Europe/Berlin' })
  tz!: string;

  @ApiProperty({ format: 'date-time', description: 'The beginning of the first span.' })
  since!: string;

  @ApiProperty({ format: 'date-time', description: 'The end of the last span, which is not within.' })
  until!: string;

  @ApiProperty({ format: 'date-time', description: 'When the numbers were counted.' })
  counted_at!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description:
      'The time from which on all events are counted. Earlier ones have ended in the log, or came before there was a log. Absent if all are.',
  })
  events_complete_since?: string;

  @ApiProperty({ description: 'True while so many customers wait to be indexed that some may not be counted.' })
  indexing!: boolean;
}

export class OverviewActivityAnswer {
  @ApiProperty({ type: () => [ActivitySpan], description: 'All spans, the earliest first.' })
  activity!: ActivitySpan[];

  @ApiProperty({ type: () => ActivityCounts, description: 'The last 24 hours.' })
  last_day!: ActivityCounts;

  @ApiProperty({ type: () => OverviewActivityMeta })
  meta!: OverviewActivityMeta;
}
