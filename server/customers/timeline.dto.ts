import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EDIT_ACTIONS, EDIT_SOURCES, type EditAction, type EditSource } from '../domain/customer/history.js';
import { AttributeChangeView, HistoryAuthorView } from './history.dto.js';
import { ENTRY_KINDS, type EntryKind } from './read-timeline-query.js';

/** The classes below describe answers, for OpenAPI only: answers are written as text (see log-entry-json.ts). */
export class EntrySourceView {
  @ApiProperty({ enum: ['file', 'live', 'import', 'edit'] })
  kind!: 'file' | 'live' | 'import' | 'edit';

  @ApiPropertyOptional({ type: 'integer', description: 'The ingestion of a file, an upload or an import.' })
  ingestion?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'The source of a live message.' })
  source?: number;

  @ApiPropertyOptional({ description: 'The name of the ingestion or the source, as far as it is known.' })
  name?: string;

  @ApiPropertyOptional({ type: 'integer', format: 'int64', description: 'The line of a file, counted from 1.' })
  line?: number;

  @ApiPropertyOptional({
    type: 'integer',
    format: 'int64',
    description: 'The bytes before the line, in the file as it is when unpacked.',
  })
  offset?: number;

  @ApiPropertyOptional({ type: 'integer', description: 'The number of an import in `GET /imports`.' })
  import?: number;

  @ApiPropertyOptional({ type: 'integer', format: 'int64', description: 'The row of an import, counted from 1.' })
  row?: number;

  @ApiPropertyOptional({ enum: EDIT_SOURCES, description: 'The client that made an edit.' })
  client?: EditSource;

  @ApiPropertyOptional({ type: () => HistoryAuthorView, description: 'Absent when an edit came without a login.' })
  by?: HistoryAuthorView;
}

export class TimelineEntryView {
  @ApiProperty({ description: 'Names the entry in `/timeline/{entry}`.', example: '1428067050000-1-0' })
  entry!: string;

  @ApiProperty({ enum: ENTRY_KINDS })
  kind!: EntryKind;

  @ApiProperty({ format: 'date-time', example: '2015-04-03T13:17:30.000Z' })
  time!: string;

  @ApiPropertyOptional({ description: 'The id of a message.' })
  id?: string;

  @ApiPropertyOptional({ description: 'The name of an event.' })
  name?: string;

  @ApiPropertyOptional({
    description: 'The `data` of a message as it came. If it is cut, the beginning of its JSON as a text.',
  })
  data?: unknown;

  @ApiPropertyOptional({ enum: [true], description: '`data` is longer than 16 KiB and cut.' })
  data_truncated?: true;

  @ApiPropertyOptional({ enum: EDIT_ACTIONS, description: 'What an edit did.' })
  action?: EditAction;

  @ApiPropertyOptional({ type: () => [AttributeChangeView], description: 'The attributes that an edit changed.' })
  changes?: AttributeChangeView[];

  @ApiPropertyOptional({
    type: 'integer',
    format: 'int64',
    description: 'The id of the bulk edit that the edit is a part of.',
  })
  bulk_edit?: number;

  @ApiPropertyOptional({ enum: [true], description: '`changes` are longer than 16 KiB; further ones are left out.' })
  changes_truncated?: true;

  @ApiProperty({ type: () => EntrySourceView })
  source!: EntrySourceView;
}

export class TimelineMeta {
  @ApiPropertyOptional({ description: 'For `before`. Absent when there is no older entry.' })
  next?: string;

  @ApiProperty({ description: 'False where messages are missing, because they ended or came before there was a log.' })
  complete!: boolean;
}

export class TimelineAnswer {
  @ApiProperty({ type: () => [TimelineEntryView], description: 'Newest first by time, then by arrival.' })
  entries!: TimelineEntryView[];

  @ApiProperty({ type: () => TimelineMeta })
  meta!: TimelineMeta;
}

export class TimelineEntryAnswer {
  @ApiProperty({ type: () => TimelineEntryView })
  entry!: TimelineEntryView;
}

export class WhyAnswer {
  @ApiProperty({ example: 'plan' })
  name!: string;

  @ApiPropertyOptional({ description: 'Any JSON value. Absent when the attribute was removed.', example: 'pro' })
  value?: unknown;

  @ApiProperty({ format: 'date-time', description: 'The time that made the value win.' })
  time!: string;

  @ApiProperty({
    type: () => TimelineEntryView,
    nullable: true,
    description:
      'The entry that made the value, or removed it; null where it has ended or came before there was a log.',
  })
  entry!: TimelineEntryView | null;

  @ApiProperty({ type: () => [TimelineEntryView], description: 'The entries it won over, newest first, at most 100.' })
  won_over!: TimelineEntryView[];
}
