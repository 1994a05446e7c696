import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AttributeNameView, EventNameView } from '../customers/names.dto.js';
import { TOP_ATTRIBUTES, TOP_EVENTS } from '../domain/overview.js';
import { IngestionView } from '../ingestion-runs/ingestion-run.dto.js';

const COUNT = { type: 'integer', format: 'int64' } as const;
const DAY = { type: 'string', format: 'date' } as const;

/** Number of customers that were last updated within a range of days, in UTC. */
export class LastUpdatedView {
  @ApiPropertyOptional({ ...DAY, description: 'The day, where it is but one.', example: '2026-11-24' })
  day?: string;

  @ApiProperty({ ...DAY, description: 'The first day.', example: '2026-11-24' })
  from!: string;

  @ApiProperty({ ...DAY, description: 'The last day.', example: '2026-11-24' })
  to!: string;

  @ApiProperty(COUNT)
  customers!: number;
}

export class OverviewAnswer {
  @ApiProperty(COUNT)
  customers!: number;

  @ApiProperty({ ...COUNT, description: 'Attributes that at least one customer has.' })
  attribute_names!: number;

  @ApiProperty(COUNT)
  event_names!: number;

  @ApiProperty({ ...COUNT, description: 'The events of all customers.' })
  events!: number;

  @ApiProperty({ type: () => [EventNameView], maxItems: TOP_EVENTS, description: 'Those that happened most often.' })
  top_events!: EventNameView[];

  @ApiProperty({
    type: () => [AttributeNameView],
    maxItems: TOP_ATTRIBUTES,
    description: 'Those that most customers have.',
  })
  attributes!: AttributeNameView[];

  @ApiProperty({
    type: () => [LastUpdatedView],
    description:
      'From the first to the last day without a gap, by day, or by week, month or year where that would be more than 400.',
  })
  last_updated!: LastUpdatedView[];

  @ApiProperty({
    type: [String],
    description:
      'The ids of customers that look like a mistake of a client, such as `undefined` or `[object Object]`: their records mix the messages of many people.',
    example: ['undefined'],
  })
  mistaken_ids!: string[];

  @ApiProperty({ type: () => [IngestionView], description: 'The last five, newest first.' })
  ingestions!: IngestionView[];
}
