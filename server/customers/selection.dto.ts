import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { LIMITS } from '../domain/limits.js';
import { WEEK_STARTS, type WeekStart } from '../domain/search/filter-time.js';
import { unveil } from '../http/validation.js';
import { ALLOW_INCOMPLETE_DESCRIPTION } from './log-completeness.js';
import { FILTER_DESCRIPTION, GROUP, SEARCH_DESCRIPTION, TZ_DESCRIPTION, WHERE_DESCRIPTION } from './query.dto.js';

const ID = { oneOf: [{ type: 'integer', format: 'int64' }, { type: 'string' }] };

/** Selects customers: those that satisfy every member. */
export class SelectionBody {
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

  @ApiPropertyOptional({
    type: 'array',
    items: ID,
    maxItems: LIMITS.bulkIds,
    description: 'All but these. One that is not selected anyway does not matter.',
  })
  @Transform(unveil)
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(LIMITS.bulkIds)
  except?: (string | number)[];

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

  @ApiPropertyOptional({ ...GROUP, description: WHERE_DESCRIPTION })
  @Transform(unveil)
  @IsOptional()
  @IsObject()
  where?: object;

  @ApiPropertyOptional({ description: TZ_DESCRIPTION, example: 'Europe/Berlin' })
  @IsOptional()
  @IsString()
  tz?: string;

  @ApiPropertyOptional({ enum: WEEK_STARTS, default: 'monday', description: 'The first day of `this_week`.' })
  @IsOptional()
  @IsIn(WEEK_STARTS)
  week_start?: WeekStart;
}

/** A body with a selection. */
export class SelectingBody {
  @ApiPropertyOptional({ description: `${ALLOW_INCOMPLETE_DESCRIPTION} Also in the query.` })
  @IsOptional()
  @IsBoolean()
  allow_incomplete?: boolean;
}

export class ExportBody extends SelectingBody {
  @ApiProperty({ type: () => SelectionBody })
  @Transform(unveil)
  @IsObject()
  @ValidateNested()
  @Type(() => SelectionBody)
  selection!: SelectionBody;
}
