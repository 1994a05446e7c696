import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

const COUNT = { type: 'integer', format: 'int64' } as const;

export class CustomerEventView {
  @ApiProperty({ example: 'purchase' })
  name!: string;

  @ApiProperty({ ...COUNT, description: 'As in the record.' })
  count!: number;

  @ApiProperty({ ...COUNT, description: 'Those that the log holds. All of them if it is `count`.' })
  logged!: number;

  @ApiPropertyOptional({ format: 'date-time', description: 'The earliest time of those that the log holds.' })
  first?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'The latest time of those that the log holds.' })
  last?: string;
}

export class CustomerEvents {
  @ApiProperty({ type: () => [CustomerEventView], description: 'In the order of names.' })
  events!: CustomerEventView[];
}
