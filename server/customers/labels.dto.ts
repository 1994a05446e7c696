import { ApiProperty } from '@nestjs/swagger';

/** The classes below describe answers, for OpenAPI only. */
export class LabelsAnswer {
  @ApiProperty({ type: [String], example: ['VIP', 'beta'], description: 'In the order of code points.' })
  labels!: readonly string[];
}

export class LabelCountView {
  @ApiProperty({ example: 'VIP' })
  name!: string;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Customers that have it.', example: 12 })
  customers!: number;
}

export class LabelList {
  @ApiProperty({ type: () => [LabelCountView], description: 'Those of most customers first, then by code point.' })
  labels!: readonly LabelCountView[];
}
