import { ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { AUDIT_ACTIONS, type AuditAction } from '../domain/access/audit.js';
import { Customer, SourceOfCustomerView } from './customer.dto.js';
import { HistoryEntryView } from './history.dto.js';
import { NoteView } from './notes.dto.js';
import { TrashEntryView } from './trash.dto.js';

/** The classes below describe answers, for OpenAPI only: answers are written as text (see everything.service.ts). */
export class AuditedView {
  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: 'object', additionalProperties: true })
  by!: Record<string, unknown>;

  @ApiProperty({ enum: AUDIT_ACTIONS })
  action!: AuditAction;
}

export class LabelEditView {
  @ApiProperty({ type: 'integer', format: 'int64', description: 'The number of the bulk edit.' })
  bulk_edit!: number;

  @ApiProperty()
  label!: string;

  @ApiProperty({ description: 'True if the label was put on, false if it was taken away.' })
  is_added!: boolean;

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

export class RejectedLineView {
  @ApiProperty({ type: 'integer', format: 'int64' })
  ingestion!: number;

  @ApiProperty({ type: 'integer', format: 'int64' })
  line!: number;

  @ApiProperty({ type: 'integer', format: 'int64' })
  offset!: number;

  @ApiProperty()
  reason!: string;

  @ApiPropertyOptional()
  hint?: string;

  @ApiProperty()
  text!: string;

  @ApiPropertyOptional({ description: 'True if the line is longer than `text`.' })
  truncated?: boolean;
}

export class RejectedCallView {
  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'The number of the source.' })
  source!: number;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty()
  reason!: string;

  @ApiPropertyOptional()
  field?: string;

  @ApiProperty()
  message!: string;

  @ApiProperty()
  text!: string;
}

const TIME = { type: String, format: 'date-time', nullable: true } as const;

/** A message that the log holds. */
export class LoggedMessageView {
  @ApiProperty({ enum: ['event', 'attributes'] })
  kind!: 'event' | 'attributes';

  @ApiProperty()
  id!: string;

  @ApiPropertyOptional({ description: 'The name of an event.' })
  name?: string;

  @ApiProperty({ format: 'date-time' })
  time!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'A line of an ingestion (`file`), a live source (`live`) or a row of an import (`import`).',
  })
  source!: Record<string, unknown>;

  @ApiPropertyOptional({ description: 'As it came.' })
  data?: unknown;
}

/** All that is kept of a customer. */
export class Everything {
  @ApiProperty({ oneOf: [{ type: 'integer', format: 'int64' }, { type: 'string' }], example: 1004 })
  id!: number | string;

  @ApiProperty({
    oneOf: [{ $ref: getSchemaPath(Customer) }],
    nullable: true,
    description: 'Null when it does not exist.',
  })
  customer!: Customer | null;

  @ApiProperty({ type: [String], description: 'The labels of the customer.' })
  labels!: string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', format: 'date-time' },
    description: 'The time of each attribute, removed ones included.',
  })
  attribute_times!: Record<string, string>;

  @ApiProperty({ ...TIME, description: 'Messages up to then are ignored.' })
  deleted_at!: string | null;

  @ApiProperty({ ...TIME, description: 'Messages are rejected from then on.' })
  suppressed_at!: string | null;

  @ApiProperty({
    oneOf: [{ $ref: getSchemaPath(TrashEntryView) }],
    nullable: true,
    description: 'As in `GET /trash/{id}`.',
  })
  trash!: TrashEntryView | null;

  @ApiProperty({ type: [String], description: 'The identities of its messages: 32 hexadecimal digits each.' })
  identities!: string[];

  @ApiProperty({ type: () => [LoggedMessageView], description: 'The messages that the log holds, the newest first.' })
  log!: LoggedMessageView[];

  @ApiProperty({ type: () => [HistoryEntryView], description: 'The oldest first, also those before a deletion.' })
  history!: HistoryEntryView[];

  @ApiProperty({ type: () => [NoteView], description: 'Also those from before a deletion that can be undone.' })
  notes!: NoteView[];

  @ApiProperty({ type: () => [LabelEditView], description: 'The labels that bulk edits put on it, or took away.' })
  label_edits!: LabelEditView[];

  @ApiProperty({ type: () => [AuditedView], description: 'The entries of the audit about it, the newest first.' })
  audit!: AuditedView[];

  @ApiProperty({ type: () => [RejectedLineView], description: 'Rejected lines whose `user_id` can be read.' })
  rejected_lines!: RejectedLineView[];

  @ApiProperty({ type: () => [RejectedCallView], description: 'Rejected live calls, the oldest first.' })
  rejected_calls!: RejectedCallView[];

  @ApiProperty({
    type: () => [SourceOfCustomerView],
    description: 'The sources in which it occurs, as far as they are known.',
  })
  sources!: SourceOfCustomerView[];
}
