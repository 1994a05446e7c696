import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsObject, Max, Min, ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { isSourceName, SOURCE_KINDS, SOURCE_NAME_CHARACTERS, type SourceKind } from '../domain/sources/source.js';

/** The longest time for which an old key goes on working, in hours. */
const MOST_OVERLAP = 720;
export const DEFAULT_OVERLAP = 24;

/** Unlike `IsOptional`, which takes null for absent. */
const IfPresent = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);

function IsSourceName(): PropertyDecorator {
  return ValidateBy({
    name: 'isSourceName',
    validator: {
      validate: isSourceName,
      defaultMessage: () =>
        `name must have 1 to ${SOURCE_NAME_CHARACTERS} characters, not only white space, and no control characters`,
    },
  });
}

/** The switches of a source. */
class SwitchFields {
  @ApiPropertyOptional({ default: true, description: 'False if its key is refused.' })
  @IfPresent()
  @IsBoolean()
  is_on?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'True if an attribute that is an empty text is kept; else it is removed.',
  })
  @IfPresent()
  @IsBoolean()
  keeps_empty_text?: boolean;

  @ApiPropertyOptional({
    default: true,
    description: 'False if a message of an unknown customer is rejected as `unknown_customer`.',
  })
  @IfPresent()
  @IsBoolean()
  may_create?: boolean;

  @ApiPropertyOptional({
    description:
      'True if calls such as `DELETE /api/v1/customers/:id`, suppress and `User Deleted` do what they say. Never from a browser. When a source is made: true for the kind `customerio`, else false.',
  })
  @IfPresent()
  @IsBoolean()
  may_delete?: boolean;
}

export class NewSourceFields extends SwitchFields {
  @ApiProperty({ example: 'shop', minLength: 1, maxLength: SOURCE_NAME_CHARACTERS })
  @IsSourceName()
  name!: string;

  @ApiProperty({ enum: SOURCE_KINDS, enumName: 'SourceKind', description: 'The clients that it is meant for.' })
  @IsIn(SOURCE_KINDS)
  kind!: SourceKind;
}

export class SourceFields extends SwitchFields {
  @ApiPropertyOptional({ example: 'shop', minLength: 1, maxLength: SOURCE_NAME_CHARACTERS })
  @IfPresent()
  @IsSourceName()
  name?: string;
}

export class CreateSourceBody {
  @ApiProperty({ type: () => NewSourceFields })
  @IsObject()
  @ValidateNested()
  @Type(() => NewSourceFields)
  source!: NewSourceFields;
}

export class UpdateSourceBody {
  @ApiProperty({ type: () => SourceFields })
  @IsObject()
  @ValidateNested()
  @Type(() => SourceFields)
  source!: SourceFields;
}

export class NewKeyBody {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MOST_OVERLAP,
    default: DEFAULT_OVERLAP,
    description: 'Hours for which the present key goes on working.',
  })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(MOST_OVERLAP)
  overlap_hours?: number;
}

/** The classes below describe answers. */
export class CallCounts {
  @ApiProperty({ type: 'integer', example: 1200 })
  accepted!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  duplicates!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  stale!: number;

  @ApiProperty({ type: 'integer', example: 40 })
  anonymous!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Accepted without effect, such as `group`.' })
  ignored!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  rejected!: number;
}

export class SourceView {
  @ApiProperty({ type: 'integer', example: 2 })
  id!: number;

  @ApiProperty({ example: 'shop' })
  name!: string;

  @ApiProperty({ enum: SOURCE_KINDS, enumName: 'SourceKind' })
  kind!: SourceKind;

  @ApiProperty()
  is_on!: boolean;

  @ApiProperty()
  keeps_empty_text!: boolean;

  @ApiProperty()
  may_create!: boolean;

  @ApiProperty()
  may_delete!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ example: 'ada@example.com', description: 'Empty for anyone on an open server.' })
  created_by!: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'The time until which the key before the present one works.',
  })
  old_key_until?: string;

  @ApiProperty({ description: 'False for the source `default`.' })
  has_key!: boolean;

  @ApiPropertyOptional({ format: 'date-time', description: 'The beginning of the latest hour with a call.' })
  last_hour_at?: string;

  @ApiProperty({ type: () => CallCounts, description: 'Since midnight in UTC.' })
  today!: CallCounts;

  @ApiProperty({ type: () => CallCounts, description: 'The last 168 hours, the present one included.' })
  week!: CallCounts;
}

export class SourceList {
  @ApiProperty({ type: () => [SourceView] })
  sources!: SourceView[];
}

export class SourceAnswer {
  @ApiProperty({ type: () => SourceView })
  source!: SourceView;
}

export class SourceKeyAnswer extends SourceAnswer {
  @ApiProperty({
    description: 'Shown once. For Customer.io the pair `siteId:apiKey`.',
    example: 'rsk_0123456789ABCDEFGHIJKLMNOPQRSTUV',
  })
  key!: string;
}

export class HourCounts extends CallCounts {
  @ApiProperty({ format: 'date-time', description: 'The beginning of the hour in UTC.' })
  at!: string;
}

export class SourceCountsAnswer {
  @ApiProperty({ type: () => [HourCounts], description: 'Every hour, also one without a call; the present one last.' })
  counts!: HourCounts[];
}

export class SourceRejectView {
  @ApiProperty({ type: 'integer', example: 7 })
  id!: number;

  @ApiProperty({ format: 'date-time', description: 'The time of arrival.' })
  at!: string;

  @ApiProperty({ example: 'invalid_timestamp' })
  reason!: string;

  @ApiPropertyOptional({ description: 'The member that is wrong, as the client calls it.', example: 'timestamp' })
  field?: string;

  @ApiProperty({ example: '"timestamp" lies more than a day ahead.' })
  message!: string;

  @ApiPropertyOptional({ example: '1004' })
  user_id?: string;

  @ApiProperty({ description: 'The call as it came, at most 64 KiB of it.' })
  text!: string;
}

export class NextReject {
  @ApiPropertyOptional({ type: 'integer', description: 'The `before` of the next page; absent on the last.' })
  next?: number;
}

export class SourceRejectsAnswer {
  @ApiProperty({ type: () => [SourceRejectView], description: 'The newest first.' })
  rejects!: SourceRejectView[];

  @ApiProperty({ type: () => NextReject })
  meta!: NextReject;
}
