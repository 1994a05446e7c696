import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ROW_REASONS } from '../domain/import/row-plan.js';
import { MappingView, SheetColumnView, SheetFormatView } from './sheet.dto.js';

const COUNT = { type: 'integer', format: 'int64' } as const;

// These classes describe answers, for OpenAPI only.

export class ImportCountsView {
  @ApiProperty({ ...COUNT, description: 'created + changed + unchanged + rejected' })
  rows!: number;

  @ApiProperty({ ...COUNT, description: 'Rows that make a new customer.' })
  created!: number;

  @ApiProperty({ ...COUNT, description: 'Rows that change a customer.' })
  changed!: number;

  @ApiProperty({ ...COUNT, description: 'Rows whose cells equal the record: nothing of them is written.' })
  unchanged!: number;

  @ApiProperty(COUNT)
  rejected!: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: `Rejected rows by reason: ${ROW_REASONS.join(', ')}.`,
    example: { unknown_customer: 2 },
  })
  reasons!: Record<string, number>;

  @ApiProperty({ ...COUNT, description: 'Cells that a spreadsheet has damaged.' })
  damaged!: number;
}

export class CellDifferenceView {
  @ApiProperty({ type: 'integer', description: 'The number of the row after the header, from 1.', example: 12 })
  row!: number;

  @ApiProperty({ description: 'The id of the customer.', example: '1004' })
  customer!: string;

  @ApiProperty({ example: 'City' })
  column!: string;

  @ApiProperty({ example: 'city' })
  attribute!: string;

  @ApiPropertyOptional({ description: 'Any JSON. Absent if the customer has no such attribute.', example: 'Koeln' })
  before?: unknown;

  @ApiPropertyOptional({ description: 'Any JSON. Absent if the cell removes the attribute.', example: 'Köln' })
  after?: unknown;

  @ApiPropertyOptional({ description: 'The damage that the cell shows.', example: 'zeros_lost' })
  damage?: string;

  @ApiPropertyOptional({ description: 'True if the cell is left alone, for its damage. Absent: it is taken.' })
  kept?: boolean;
}

export class RejectedRowView {
  @ApiProperty({ type: 'integer', example: 17 })
  row!: number;

  @ApiProperty({ type: 'integer', description: 'The line of the file at which the row begins, from 1.', example: 18 })
  line!: number;

  @ApiProperty({ enum: ROW_REASONS })
  reason!: string;

  @ApiPropertyOptional({ description: 'The column whose cell is wrong.', example: 'Email' })
  column?: string;

  @ApiProperty({ description: 'What is wrong, and what to do.' })
  message!: string;
}

export class DryRunView extends ImportCountsView {
  @ApiPropertyOptional({
    type: () => [CellDifferenceView],
    description: 'The first 100 cells that differ. Only for callers that may read customers.',
  })
  differences?: CellDifferenceView[];

  @ApiProperty({ type: () => [RejectedRowView], description: 'The first 100 rejected rows.' })
  rejects!: RejectedRowView[];
}

export class ImportProgressView {
  @ApiProperty({
    ...COUNT,
    description: 'Rows that were read by the dry run or the import that runs or was last.',
  })
  rows!: number;

  @ApiProperty(COUNT)
  bytes!: number;

  @ApiProperty(COUNT)
  of_bytes!: number;
}

export class ImportAuthorView {
  @ApiProperty({ enum: ['user', 'token', 'source', 'command line', 'anyone'] })
  kind!: string;

  @ApiPropertyOptional({ type: 'integer' })
  id?: number | undefined;

  @ApiProperty({ example: 'anna@example.com' })
  name!: string;
}

const SHOWN_STATES = ['uploaded', 'checking', 'checked', 'running', 'done', 'failed', 'interrupted'] as const;
export type ShownState = (typeof SHOWN_STATES)[number];

/** An import as the list shows it. */
export class ImportSummaryView {
  @ApiProperty({ type: 'integer', example: 3 })
  id!: number;

  @ApiProperty({ description: 'The name of the file.', example: 'customers.csv' })
  name!: string;

  @ApiProperty({ ...COUNT, description: 'Size of the file in bytes.' })
  bytes!: number;

  @ApiProperty({
    enum: SHOWN_STATES,
    description:
      '`uploaded` waits for a dry run, `checking` is in it, `checked` waits for its confirmation, `running` is confirmed; `interrupted` can be confirmed again, and goes on.',
  })
  state!: ShownState;

  @ApiPropertyOptional({ description: 'Why it failed, and what to do.' })
  failure?: string;

  @ApiProperty({
    type: () => ImportCountsView,
    nullable: true,
    description: 'What a confirmed import has come to so far.',
  })
  result!: ImportCountsView | null;

  @ApiProperty({ type: () => ImportProgressView })
  progress!: ImportProgressView;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'The ingestion of a confirmed import, in `GET /ingestions`. Entries of the log name it.',
  })
  ingestion!: number | null;

  @ApiProperty({ type: () => ImportAuthorView })
  uploaded_by!: ImportAuthorView;

  @ApiProperty({ type: () => ImportAuthorView, nullable: true })
  confirmed_by!: ImportAuthorView | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The time of its messages, unless a column has them.',
  })
  confirmed_at!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'The end of its file, if it is not confirmed before. Null when it is confirmed, or the file is gone.',
  })
  expires_at!: string | null;
}

export class ImportView extends ImportSummaryView {
  @ApiProperty({ type: () => SheetFormatView })
  format!: SheetFormatView;

  @ApiProperty({ type: () => [SheetColumnView] })
  columns!: SheetColumnView[];

  @ApiProperty({ type: () => MappingView })
  mapping!: MappingView;

  @ApiProperty({ description: 'True if the mapping was remembered from an earlier import with the same columns.' })
  mapping_is_remembered!: boolean;

  @ApiProperty({
    type: () => DryRunView,
    nullable: true,
    description: 'The result of the dry run of the present mapping.',
  })
  dry_run!: DryRunView | null;
}

export class ImportAnswer {
  @ApiProperty({ type: () => ImportView })
  import!: ImportView;
}

export class ImportList {
  @ApiProperty({ type: () => [ImportSummaryView] })
  imports!: ImportSummaryView[];
}
