import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EDIT_ACTIONS, EDIT_SOURCES, type EditAction, type EditSource } from '../domain/customer/history.js';

/** The classes below describe answers, for OpenAPI only: answers are written as text (see history.service.ts). */
export class AttributeChangeView {
  @ApiProperty({ example: 'plan' })
  name!: string;

  @ApiPropertyOptional({ description: 'Any JSON value. Absent when there was none.', example: 'free' })
  from?: unknown;

  @ApiPropertyOptional({ description: 'Any JSON value. Absent when it was removed.', example: 'pro' })
  to?: unknown;
}

export class HistoryAuthorView {
  @ApiProperty({ enum: ['user', 'token', 'source'] })
  kind!: 'user' | 'token' | 'source';

  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ description: 'The email of the user or the name of the token or source, as it was then.' })
  name!: string;
}

export class HistoryEntryView {
  @ApiProperty({ type: 'integer', format: 'int64', description: 'Counts up with every entry of the customer.' })
  id!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T07:20:00.123Z' })
  at!: string;

  @ApiProperty({ enum: EDIT_SOURCES })
  source!: EditSource;

  @ApiProperty({ enum: EDIT_ACTIONS })
  action!: EditAction;

  @ApiPropertyOptional({ type: () => HistoryAuthorView, description: 'Absent when the edit came without a login.' })
  by?: HistoryAuthorView;

  @ApiPropertyOptional({
    type: 'integer',
    format: 'int64',
    description: 'The id of the bulk edit that it is a part of.',
  })
  bulk_edit?: number;

  @ApiProperty({ type: () => [AttributeChangeView], description: 'In the order of names.' })
  changes!: AttributeChangeView[];
}

export class HistoryMeta {
  @ApiProperty({ description: 'True when there are older entries: ask again with `before`.' })
  more!: boolean;
}

export class HistoryAnswer {
  @ApiProperty({ type: () => [HistoryEntryView], description: 'Newest first.' })
  history!: HistoryEntryView[];

  @ApiProperty({ type: () => HistoryMeta })
  meta!: HistoryMeta;
}
