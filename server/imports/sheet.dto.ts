import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsObject, IsOptional, ValidateNested } from 'class-validator';
import { SHEET_DELIMITERS, SHEET_ENCODINGS, type SheetDelimiter, type SheetEncoding } from '../domain/import/sheet.js';
import { CELL_TYPES, DATE_FORMS, type DateForm } from '../domain/import/sheet-mapping.js';
import { unveil } from '../http/validation.js';

const USES = ['id', 'email', 'attribute', 'time', 'ignore'] as const;

/** The use of a column. Members that its use does not need are left out. */
export class ColumnUseView {
  @ApiProperty({ description: 'The name of the column, as `columns` has it.', example: 'City' })
  column!: string;

  @ApiProperty({
    enum: USES,
    description:
      'The id of the customer, the email of exactly one customer, an attribute, the time of the message of the row, or nothing.',
  })
  use!: (typeof USES)[number];

  @ApiPropertyOptional({ description: 'Of an attribute: its name.', example: 'city' })
  attribute?: string;

  @ApiPropertyOptional({
    enum: CELL_TYPES,
    default: 'auto',
    description:
      'Of an attribute: the type of a changed cell. `auto` is that of the current value if the cell fits it, else text.',
  })
  type?: (typeof CELL_TYPES)[number];

  @ApiPropertyOptional({
    enum: DATE_FORMS,
    default: 'auto',
    description: 'Of an attribute or a time: the order of day, month and year.',
  })
  date_form?: (typeof DATE_FORMS)[number];

  @ApiPropertyOptional({
    default: 'UTC',
    description: 'Of an attribute or a time: the zone of texts without an offset.',
    example: 'Europe/Berlin',
  })
  zone?: string;
}

export class MappingView {
  @ApiProperty({ type: () => [ColumnUseView], description: 'A column that is not named is left out.' })
  columns!: ColumnUseView[];

  @ApiProperty({
    enum: ['keep', 'remove'],
    default: 'keep',
    description: 'Whether an empty cell says nothing, or removes its attribute.',
  })
  empty!: 'keep' | 'remove';

  @ApiProperty({
    enum: ['keep', 'take'],
    default: 'keep',
    description: 'Whether a value stays that a spreadsheet has damaged, or becomes what the cell says.',
  })
  damaged!: 'keep' | 'take';
}

/** The import in a PATCH. Absent members stay as they are. */
export class ImportChanges {
  @ApiPropertyOptional({ enum: SHEET_ENCODINGS })
  @IsOptional()
  @IsIn(SHEET_ENCODINGS)
  encoding?: SheetEncoding;

  @ApiPropertyOptional({ enum: SHEET_DELIMITERS })
  @IsOptional()
  @IsIn(SHEET_DELIMITERS)
  delimiter?: SheetDelimiter;

  @ApiPropertyOptional({ type: () => MappingView, description: 'Replaces the whole mapping.' })
  @Transform(unveil)
  @IsOptional()
  @IsObject()
  mapping?: object;
}

export class UpdateImportBody {
  @ApiProperty({ type: () => ImportChanges })
  @IsObject()
  @ValidateNested()
  @Type(() => ImportChanges)
  import!: ImportChanges;
}

/** The classes below describe answers, for OpenAPI only. */
export class FoundFormatView {
  @ApiProperty({ enum: SHEET_ENCODINGS })
  encoding!: SheetEncoding;

  @ApiProperty({ enum: SHEET_DELIMITERS, example: ';' })
  delimiter!: SheetDelimiter;
}

export class SheetFormatView extends FoundFormatView {
  @ApiProperty({ description: 'Whether the file begins with a byte order mark.' })
  bom!: boolean;

  @ApiProperty({
    type: () => FoundFormatView,
    description: 'What was found out about the file, whatever was set since.',
  })
  found!: FoundFormatView;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'Characters that the encoding cannot give, among the samples or in the whole file after a dry run.',
  })
  damaged_characters!: number;
}

export class SheetColumnView {
  @ApiProperty({ type: 'integer', description: 'Counted from 0.', example: 1 })
  index!: number;

  @ApiProperty({ description: 'Each name once.', example: 'City' })
  name!: string;

  @ApiProperty({ description: 'The header as it stands in the file.', example: 'City' })
  header!: string;

  @ApiProperty({
    type: [String],
    description: 'The first different cells that are not empty, cut to 100 characters.',
    example: ['Berlin', 'Köln'],
  })
  samples!: string[];

  @ApiProperty({
    enum: DATE_FORMS,
    isArray: true,
    description: 'The forms in which all of its first cells can be dates.',
  })
  date_forms!: DateForm[];

  @ApiProperty({ type: () => ColumnUseView, description: 'Its use in the present mapping.' })
  use!: ColumnUseView;
}
