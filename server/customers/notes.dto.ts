import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsObject, IsString, ValidateNested } from 'class-validator';
import { unveil } from '../http/validation.js';
import { HistoryAuthorView } from './history.dto.js';

/** The note in a POST or a PATCH. */
export class NoteText {
  @ApiProperty({ minLength: 1, description: 'At most 10 000 bytes.', example: 'Called: wants an offer by Friday.' })
  @IsString()
  text!: string;
}

export class NoteBody {
  @ApiProperty({ type: () => NoteText })
  @Transform(unveil)
  @IsObject()
  @ValidateNested()
  @Type(() => NoteText)
  note!: NoteText;
}

/** The classes below describe answers, for OpenAPI only. */
export class NoteView {
  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T07:20:00.123Z' })
  at!: string;

  @ApiPropertyOptional({ type: () => HistoryAuthorView, description: 'Absent when it came without a login.' })
  by?: HistoryAuthorView;

  @ApiPropertyOptional({ format: 'date-time', description: 'The time of the last edit. Absent when there was none.' })
  edited_at?: string;

  @ApiPropertyOptional({ type: () => HistoryAuthorView })
  edited_by?: HistoryAuthorView;

  @ApiProperty()
  text!: string;
}

export class NoteAnswer {
  @ApiProperty({ type: () => NoteView })
  note!: NoteView;
}

export class NotesMeta {
  @ApiPropertyOptional({ description: 'The `before` of the next page. Absent on the last one.' })
  next?: string;
}

export class NotesAnswer {
  @ApiProperty({ type: () => [NoteView], description: 'The newest first.' })
  notes!: NoteView[];

  @ApiProperty({ type: () => NotesMeta })
  meta!: NotesMeta;
}
