import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AUDIT_ACTIONS, type AuditAction, type AuditDraft } from '../domain/access/audit.js';

export class AuditAuthor {
  @ApiProperty({ enum: ['user', 'token', 'source', 'command line', 'anyone'] })
  kind!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Number of the user, token or source.' })
  id!: number | null;

  @ApiProperty({ description: 'Email, name of the token or source, user of the operating system, or nothing.' })
  name!: string;
}

export class AuditEntryView {
  @ApiProperty({ type: 'integer', example: 12, description: 'Counts from 1 on, without gaps.' })
  id!: number;

  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: () => AuditAuthor })
  author!: AuditAuthor;

  @ApiProperty({ enum: AUDIT_ACTIONS })
  action!: AuditAction;

  @ApiProperty({ type: String, nullable: true, description: 'What it is about; blank after an erasure.' })
  target!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  details!: AuditDraft['details'];

  @ApiProperty({ type: String, nullable: true, example: '192.0.2.7' })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true })
  request_id!: string | null;

  @ApiProperty({ description: 'SHA-256 over this entry and the hash of the one before, as hexadecimal digits.' })
  hash!: string;
}

export class AuditMeta {
  @ApiPropertyOptional({ type: 'integer', description: 'The `before` of the next page; absent on the last.' })
  next?: number;
}

export class AuditList {
  @ApiProperty({ type: () => [AuditEntryView] })
  entries!: AuditEntryView[];

  @ApiProperty({ type: () => AuditMeta })
  meta!: AuditMeta;
}
