import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EDIT_SOURCES, type EditSource } from '../domain/customer/history.js';
import { HistoryAuthorView } from './history.dto.js';

/** The classes below describe answers, for OpenAPI only: answers are written as text (see trash.service.ts). */
export class TrashEntryView {
  @ApiProperty({ oneOf: [{ type: 'integer', format: 'int64' }, { type: 'string' }], example: 1004 })
  id!: number | string;

  @ApiProperty({ description: 'Made as DISPLAY_NAME says.', example: 'Sofia Luk' })
  display_name!: string;

  @ApiProperty({ format: 'date-time', description: 'The time of the last deletion.' })
  deleted_at!: string;

  @ApiProperty({ format: 'date-time', description: 'The customer can be restored until then.' })
  ends_at!: string;

  @ApiProperty({ enum: EDIT_SOURCES })
  source!: EditSource;

  @ApiPropertyOptional({ type: () => HistoryAuthorView, description: 'Absent when it was deleted without a login.' })
  by?: HistoryAuthorView;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'As they were at the deletion.' })
  attributes!: Record<string, unknown>;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  events!: Record<string, number>;

  @ApiPropertyOptional({ type: [String], description: 'Absent when it had none.' })
  labels?: string[];

  @ApiProperty({ type: 'integer', format: 'int64' })
  last_updated!: number;
}

export class TrashMeta {
  @ApiPropertyOptional({ description: 'The `before` of the next page. Absent on the last one.' })
  next?: string;
}

export class TrashPage {
  @ApiProperty({ type: () => [TrashEntryView], description: 'The last deleted first.' })
  entries!: TrashEntryView[];

  @ApiProperty({ type: () => TrashMeta })
  meta!: TrashMeta;
}

export class TrashAnswer {
  @ApiProperty({ type: () => TrashEntryView })
  entry!: TrashEntryView;
}
