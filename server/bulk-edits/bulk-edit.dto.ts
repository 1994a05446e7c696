import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, Equals, IsArray, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { FILTER_DESCRIPTION, SEARCH_DESCRIPTION } from '../customers/query.dto.js';
import { LIMITS } from '../domain/limits.js';
import type { ErrorBody } from '../http/error-filter.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { unveil } from '../http/validation.js';

const ID = { oneOf: [{ type: 'integer', format: 'int64' }, { type: 'string' }] };

/** Which customers: all that satisfy everything that is said. */
export class BulkSelection {
  @ApiPropertyOptional({
    type: 'array',
    items: ID,
    maxItems: LIMITS.bulkIds,
    description: 'None but these. One that nobody has counts as failed, unless there are a search or filters, too.',
  })
  @Transform(unveil)
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(LIMITS.bulkIds)
  ids?: (string | number)[];

  @ApiPropertyOptional({ description: SEARCH_DESCRIPTION })
  @IsOptional()
  @IsString()
  search?: string;

  @ApiPropertyOptional({
    type: [String],
    maxItems: LIMITS.filters,
    description: `\`[]\` alone selects all customers. ${FILTER_DESCRIPTION}`,
  })
  @Transform(unveil)
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(LIMITS.filters)
  filters?: string[];
}

export class AttributeToSet {
  @ApiProperty({ example: 'plan' })
  name!: string;

  @ApiProperty({ description: 'Any JSON value. `null` and `""` remove the attribute.', example: 'pro' })
  value!: unknown;
}

/** What is done to each customer: one of these. */
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
}

export class BulkEditBody {
  @ApiProperty({ type: () => BulkSelection })
  @Transform(unveil)
  @IsObject()
  @ValidateNested()
  @Type(() => BulkSelection)
  selection!: BulkSelection;

  @ApiProperty({ type: () => BulkActionBody })
  @Transform(unveil)
  @IsObject()
  @ValidateNested()
  @Type(() => BulkActionBody)
  action!: BulkActionBody;
}

const COUNT = { type: 'integer', format: 'int64' } as const;

/** A line while it goes on. */
export class BulkProgress {
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
  @ApiProperty({ description: 'False when it ended before its time; `error` says why. What is done stays done.' })
  finished!: boolean;

  @ApiProperty(COUNT)
  done!: number;

  @ApiProperty({ ...COUNT, description: 'Customers that are not as before; each has an entry in its history.' })
  changed!: number;

  @ApiProperty(COUNT)
  failed!: number;

  @ApiProperty({ type: () => [BulkRefusal], maxItems: 100, description: 'The first 100 that failed.' })
  errors!: BulkRefusal[];

  @ApiPropertyOptional({ type: () => ErrorAnswer })
  error?: ErrorBody;
}
