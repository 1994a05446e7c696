import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { CUSTOMER_SORTS, SORT_ORDERS, type CustomerSort, type SortOrder } from '../domain/search/customer-query.js';
import { WEEK_STARTS, type WeekStart } from '../domain/search/filter-time.js';
import { LIMITS } from '../domain/limits.js';
import { GROUP } from '../customers/query.dto.js';
import { unveil } from '../http/validation.js';

const FILTERS_EXAMPLE = ['attribute:plan:is:pro', 'event:purchase:at_least:3'];

class SegmentQuery {
  @ApiPropertyOptional({ description: 'As in `GET /customers`; `""` for none.', example: '' })
  @IsOptional()
  @IsString()
  search?: string;

  @ApiPropertyOptional({
    type: [String],
    maxItems: LIMITS.filters,
    description: 'As in `GET /customers`.',
    example: FILTERS_EXAMPLE,
  })
  @Transform(unveil)
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @ArrayMaxSize(LIMITS.filters)
  filters?: string[];

  @ApiPropertyOptional({ ...GROUP, nullable: true, description: 'As in `GET /customers`; null for none.' })
  @Transform(unveil)
  @IsOptional()
  @IsObject()
  where?: object | null;

  @ApiPropertyOptional({
    description: 'The time zone of its dates and relative times, which it keeps; `""` for UTC.',
    example: 'Europe/Berlin',
  })
  @IsOptional()
  @IsString()
  tz?: string;

  @ApiPropertyOptional({ enum: WEEK_STARTS, default: 'monday' })
  @IsOptional()
  @IsIn(WEEK_STARTS)
  week_start?: WeekStart;

  @ApiPropertyOptional({ enum: CUSTOMER_SORTS, default: 'id' })
  @IsOptional()
  @IsIn(CUSTOMER_SORTS)
  sort?: CustomerSort;

  @ApiPropertyOptional({ enum: SORT_ORDERS, default: 'asc' })
  @IsOptional()
  @IsIn(SORT_ORDERS)
  order?: SortOrder;
}

/** The segment in a PATCH. Absent members stay as they are. */
export class SegmentChanges extends SegmentQuery {
  @ApiPropertyOptional({ maxLength: LIMITS.segmentName, description: 'Unique.', example: 'Paying customers' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(LIMITS.segmentName)
  name?: string;
}

/** The segment in a POST. */
export class NewSegment extends SegmentQuery {
  @ApiProperty({ maxLength: LIMITS.segmentName, description: 'Unique.', example: 'Paying customers' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LIMITS.segmentName)
  name!: string;
}

export class CreateSegmentBody {
  @ApiProperty({ type: () => NewSegment })
  @IsObject()
  @ValidateNested()
  @Type(() => NewSegment)
  segment!: NewSegment;
}

export class UpdateSegmentBody {
  @ApiProperty({ type: () => SegmentChanges })
  @IsObject()
  @ValidateNested()
  @Type(() => SegmentChanges)
  segment!: SegmentChanges;
}

/** The classes below describe answers, for OpenAPI only. */
export class SegmentView {
  @ApiProperty({ type: 'integer', example: 7 })
  id!: number;

  @ApiProperty({ example: 'Paying customers' })
  name!: string;

  @ApiProperty({ description: '`""` for none.', example: '' })
  search!: string;

  @ApiProperty({ type: [String], example: FILTERS_EXAMPLE })
  filters!: string[];

  @ApiPropertyOptional({ ...GROUP, description: 'Absent for none.' })
  where?: object;

  @ApiPropertyOptional({ description: 'Absent for UTC.', example: 'Europe/Berlin' })
  tz?: string;

  @ApiPropertyOptional({ enum: WEEK_STARTS, description: 'Absent for Monday.' })
  week_start?: WeekStart;

  @ApiProperty({ enum: CUSTOMER_SORTS })
  sort!: CustomerSort;

  @ApiProperty({ enum: SORT_ORDERS })
  order!: SortOrder;

  @ApiPropertyOptional({
    type: 'integer',
    format: 'int64',
    description: 'Customers in it now. Absent only in the list, unless they were counted since customers changed.',
    example: 1204,
  })
  customers?: number;

  @ApiPropertyOptional({
    description: 'True when there may be more: counting on would be slow, or not all are indexed yet.',
  })
  customers_is_minimum?: boolean;

  @ApiPropertyOptional({ format: 'date-time', description: 'As in the `meta` of a list of customers.' })
  log_incomplete_since?: string;
}

export class SegmentAnswer {
  @ApiProperty({ type: () => SegmentView })
  segment!: SegmentView;
}

export class SegmentList {
  @ApiProperty({ type: () => [SegmentView] })
  segments!: SegmentView[];
}
