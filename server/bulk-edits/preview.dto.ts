import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const COUNT = { type: 'integer', format: 'int64' } as const;
const ID = { oneOf: [{ type: 'integer', format: 'int64' }, { type: 'string' }] };

/** The classes below describe answers, for OpenAPI only: answers are written as text (see preview.service.ts). */
export class PreviewValue {
  @ApiPropertyOptional({ description: 'Any JSON value. Absent for customers without the attribute.', example: 'free' })
  value?: unknown;

  @ApiProperty(COUNT)
  customers!: number;
}

export class PreviewRefusal {
  @ApiProperty({ example: 'attribute_exists' })
  code!: string;

  @ApiProperty(COUNT)
  customers!: number;
}

export class PreviewSample {
  @ApiProperty(ID)
  id!: number | string;

  @ApiPropertyOptional({ description: 'Absent for a customer that is not there.' })
  display_name?: string;

  @ApiPropertyOptional({ description: 'The value of the attribute now. Absent when it has none.' })
  from?: unknown;

  @ApiPropertyOptional({ description: 'Its value afterwards.' })
  to?: unknown;

  @ApiPropertyOptional({ description: 'Why it would stay as it is.', example: 'customer_not_found' })
  code?: string;

  @ApiPropertyOptional()
  message?: string;
}

/** The effect that a bulk edit would have now. */
export class BulkPreview {
  @ApiProperty({ ...COUNT, description: 'Customers that are selected.' })
  total!: number;

  @ApiPropertyOptional({ description: 'True when there may be more than `total`: counting on would be slow.' })
  total_is_minimum?: boolean;

  @ApiPropertyOptional({ format: 'date-time', description: 'As in `GET /customers`.' })
  log_incomplete_since?: string;

  @ApiProperty({
    ...COUNT,
    maximum: 10_000,
    description: 'Customers that were looked at; the numbers below are of them.',
  })
  examined!: number;

  @ApiProperty({ ...COUNT, description: 'Customers that would not be as before.' })
  changed!: number;

  @ApiProperty(COUNT)
  unchanged!: number;

  @ApiProperty({ ...COUNT, description: 'Customers that would be left as they are.' })
  failed!: number;

  @ApiProperty({
    ...COUNT,
    description: 'Customers that have the attribute or the label now; all of them for a deletion.',
  })
  have!: number;

  @ApiProperty({ type: () => [PreviewRefusal] })
  refusals!: PreviewRefusal[];

  @ApiProperty({
    type: () => [PreviewValue],
    maxItems: 20,
    description: 'The values of the attribute now, those of most customers first. Long ones are left out.',
  })
  values!: PreviewValue[];

  @ApiProperty({
    type: () => [PreviewSample],
    maxItems: 10,
    description: 'Customers that would change, then those that would fail.',
  })
  sample!: PreviewSample[];
}
