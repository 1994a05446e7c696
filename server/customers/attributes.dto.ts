import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const COUNT = { type: 'integer', format: 'int64' } as const;

/** The classes below describe answers, for OpenAPI only: answers are written as text (see attributes.service.ts). */
export class AttributeTypes {
  @ApiPropertyOptional(COUNT)
  text?: number;

  @ApiPropertyOptional(COUNT)
  number?: number;

  @ApiPropertyOptional(COUNT)
  boolean?: number;

  @ApiPropertyOptional(COUNT)
  list?: number;

  @ApiPropertyOptional(COUNT)
  object?: number;
}

export class AttributeView {
  @ApiProperty({ example: 'plan' })
  name!: string;

  @ApiProperty({ ...COUNT, description: 'Customers that have it.', example: 9123 })
  customers!: number;

  @ApiProperty({
    ...COUNT,
    maximum: 100,
    description:
      'The customers that the members below are taken from: those that have it and were updated last. All of them if it is `customers`.',
  })
  sample!: number;

  @ApiProperty({ type: () => AttributeTypes, description: 'How many values of the sample are of each type.' })
  types!: AttributeTypes;

  @ApiProperty({
    type: 'array',
    items: {},
    maxItems: 5,
    description: 'Different values of the sample; long ones are left out.',
    example: ['pro', 'free'],
  })
  examples!: unknown[];

  @ApiPropertyOptional({ format: 'date-time', description: 'The earliest time of a value of the sample.' })
  first_seen?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'The latest time of a value of the sample.' })
  last_seen?: string;
}

export class AttributesMeta {
  @ApiProperty({ type: 'integer' })
  page!: number;

  @ApiProperty({ type: 'integer', maximum: 100 })
  per_page!: number;

  @ApiPropertyOptional({ ...COUNT, description: 'All attributes. Absent in a search.' })
  total?: number;

  @ApiProperty({ description: 'True when there is a further page.' })
  more!: boolean;
}

export class AttributeList {
  @ApiProperty({ type: () => [AttributeView], description: 'Those of most customers first, then by code point.' })
  attributes!: AttributeView[];

  @ApiProperty({ type: () => AttributesMeta })
  meta!: AttributesMeta;
}
