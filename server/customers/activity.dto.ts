import { ApiProperty } from '@nestjs/swagger';
import { SPANS, type Span } from './read-activity-query.js';

export class ActivityView {
  @ApiProperty({ format: 'date', description: 'The first day of the span.', example: '2026-11-02' })
  start!: string;

  @ApiProperty({ type: 'integer', description: 'Events.' })
  event!: number;

  @ApiProperty({ type: 'integer', description: 'Attributes messages.' })
  attributes!: number;

  @ApiProperty({ type: 'integer', description: 'Edits.' })
  edit!: number;
}

export class ActivityMeta {
  @ApiProperty({ enum: SPANS })
  by!: Span;

  @ApiProperty({ example: 'Europe/Berlin' })
  tz!: string;

  @ApiProperty({ format: 'date-time', description: 'The beginning of the first span.' })
  since!: string;

  @ApiProperty({ format: 'date-time', description: 'The end of the last span, which is not within.' })
  until!: string;

  @ApiProperty({ description: 'False where messages are missing, because they ended or came before there was a log.' })
  complete!: boolean;
}

export class ActivityAnswer {
  @ApiProperty({ type: () => [ActivityView], description: 'The spans that have an entry, the earliest first.' })
  activity!: ActivityView[];

  @ApiProperty({ type: () => ActivityMeta })
  meta!: ActivityMeta;
}
