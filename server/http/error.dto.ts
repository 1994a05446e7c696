import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class ErrorDetail {
  @ApiProperty({ example: 'customer.attributes.email' })
  field!: string;

  @ApiProperty({ example: 'An email is text around one "@", without white space.' })
  message!: string;
}

/** Describes the one shape of every error. */
export class ErrorAnswer {
  @ApiProperty({ type: 'integer', example: 404 })
  statusCode!: number;

  @ApiProperty({ example: 'Not Found' })
  error!: string;

  @ApiProperty({ example: 'customer_not_found' })
  code!: string;

  @ApiProperty({ example: 'There is no customer with the id "1004".' })
  message!: string;

  @ApiPropertyOptional({ type: () => [ErrorDetail] })
  details?: ErrorDetail[];
}
