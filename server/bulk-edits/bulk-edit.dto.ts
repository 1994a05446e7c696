import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { Equals, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { SelectingBody, SelectionBody } from '../customers/selection.dto.js';
import type { ErrorBody } from '../http/error-filter.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { unveil } from '../http/validation.js';

const ID = { oneOf: [{ type: 'integer', format: 'int64' }, { type: 'string' }] };

export class AttributeToSet {
  @ApiProperty({ example: 'plan' })
  name!: string;

  @ApiProperty({ description: 'Any JSON value. `null` and `""` remove the attribute.', example: 'pro' })
  value!: unknown;
}

export class AttributeToRename {
  @ApiProperty({ example: 'plan' })
  from!: string;

  @ApiProperty({ example: 'tariff' })
  to!: string;
}

/** The change to each customer: exactly one member. */
export class BulkActionBody {
  @ApiPropertyOptional({ enum: [true], description: 'Delete it, as DELETE does.' })
  @IsOptional()
  @Equals(true)
  delete?: true;

  @ApiPropertyOptional({ type: () => AttributeToSet, description: 'Set one attribute, as PATCH does.' })
  @Transform(unveil)
  @IsOptional()
  @IsObject()
  set?: AttributeToSet;

  @ApiPropertyOptional({ description: 'Remove the attribute of this name, as PATCH does.', example: 'plan' })
  @IsOptional()
  @IsString()
  remove?: string;

  @ApiPropertyOptional({
    type: () => AttributeToRename,
    description:
      'Move the value of an attribute, with its time, to another name. A customer that has an attribute of that name is left as it is, and ' +
      'counts as failed: `attribute_exists`.',
  })
  @Transform(unveil)
  @IsOptional()
  @IsObject()
  rename?: AttributeToRename;

  @ApiPropertyOptional({ description: 'Put a label on it. It has no entry in the history.', example: 'VIP' })
  @IsOptional()
  @IsString()
  add_label?: string;

  @ApiPropertyOptional({ description: 'Take a label from it. It has no entry in the history.', example: 'VIP' })
  @IsOptional()
  @IsString()
  remove_label?: string;
}

export class BulkEditBody extends SelectingBody {
  @ApiProperty({ type: () => SelectionBody })
  @Transform(unveil)
  @IsObject()
  @ValidateNested()
  @Type(() => SelectionBody)
  selection!: SelectionBody;

  @ApiProperty({ type: () => BulkActionBody })
  @Transform(unveil)
  @IsObject()
  @ValidateNested()
  @Type(() => BulkActionBody)
  action!: BulkActionBody;
}

const COUNT = { type: 'integer', format: 'int64' } as const;

const BULK_ID = { ...COUNT, description: 'The id of the bulk edit, to undo it.', example: 4402137721 } as const;

/** A line of progress. */
export class BulkProgress {
  @ApiProperty(BULK_ID)
  id!: number;

  @ApiProperty({ ...COUNT, description: 'Customers that were looked at, refused ones included.' })
  done!: number;

  @ApiProperty({ ...COUNT, description: 'Customers that were selected when it began; it grows if there are more.' })
  total!: number;

  @ApiProperty(COUNT)
  failed!: number;
}

export class BulkRefusal {
  @ApiProperty(ID)
  id!: string | number;

  @ApiProperty({ example: 'customer_not_found' })
  code!: string;

  @ApiProperty()
  message!: string;
}

/** The last line. */
export class BulkEnd {
  @ApiProperty(BULK_ID)
  id!: number;

  @ApiProperty({ description: 'False when it ended before its time; `error` says why. What is done stays done.' })
  finished!: boolean;

  @ApiProperty(COUNT)
  done!: number;

  @ApiProperty({ ...COUNT, description: 'Customers that are not as before; each has an entry in its history.' })
  changed!: number;

  @ApiProperty({ ...COUNT, description: 'Customers that were as they should be already.' })
  unchanged!: number;

  @ApiProperty({ ...COUNT, description: 'Customers that were left as they are; `errors` say why.' })
  failed!: number;

  @ApiProperty({ type: () => [BulkRefusal], maxItems: 100, description: 'The first 100 that failed.' })
  errors!: BulkRefusal[];

  @ApiPropertyOptional({ type: () => ErrorAnswer })
  error?: ErrorBody;
}
