import { ApiProperty } from '@nestjs/swagger';

/** The classes below describe answers, for OpenAPI only. */
export class AttributeNameView {
  @ApiProperty({ example: 'plan' })
  name!: string;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Customers that have it.', example: 9123 })
  customers!: number;
}

export class AttributeNameList {
  @ApiProperty({ type: () => [AttributeNameView] })
  attribute_names!: AttributeNameView[];
}

export class EventNameView {
  @ApiProperty({ example: 'purchase' })
  name!: string;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Customers that did it.', example: 4100 })
  customers!: number;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'How often they did it.', example: 12_007 })
  events!: number;
}

export class EventNameList {
  @ApiProperty({ type: () => [EventNameView] })
  event_names!: EventNameView[];
}

export class AttributeValueView {
  @ApiProperty({ description: 'As a text; a list or an object as JSON.', example: 'pro' })
  value!: string;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Customers that have it.', example: 812 })
  customers!: number;
}

export class AttributeValueList {
  @ApiProperty({ type: () => [AttributeValueView], description: 'The most frequent first.' })
  values!: AttributeValueView[];

  @ApiProperty({ description: 'True when not all customers with the attribute were looked at.' })
  is_sample!: boolean;
}
