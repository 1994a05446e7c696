import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsObject, ValidateBy, ValidateNested, type ValidationArguments } from 'class-validator';
import { readUserId } from '../domain/customer/customer-id.js';
import type { SourceOfCustomer } from '../domain/customer/erasure.js';
import { LIMITS } from '../domain/limits.js';
import { hasUnsupportedCharacter } from '../domain/text.js';
import { unveil } from '../http/validation.js';

const ATTRIBUTES_EXAMPLE = { created_at: '1542474417', email: 'sofia@example.com', first_name: 'Sofia' };
const ID_SCHEMA = {
  oneOf: [
    { type: 'integer', format: 'int64' },
    { type: 'string', minLength: 1, maxLength: LIMITS.userIdBytes },
  ],
};

function isCustomerId(value: unknown): boolean {
  const id = readUserId(value);
  return id !== undefined && id !== '' && !hasUnsupportedCharacter(id);
}

function IsCustomerId(): PropertyDecorator {
  const defaultMessage = (args?: ValidationArguments): string =>
    typeof args?.value === 'string' && hasUnsupportedCharacter(args.value)
      ? 'id must not hold U+0000 or half of a surrogate pair'
      : `id must be a string of 1 to ${LIMITS.userIdBytes} bytes or a safe integer`;
  return ValidateBy({ name: 'isCustomerId', validator: { validate: isCustomerId, defaultMessage } });
}

/** The customer in a POST. */
export class NewCustomer {
  @ApiProperty({
    ...ID_SCHEMA,
    description:
      'A string of 1 to 150 bytes without U+0000 and half surrogate pairs, or a safe integer, which stands for its decimal string.',
    example: 1004,
  })
  @IsCustomerId()
  id!: string | number;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      '`email` is required. A `created_at` that is missing or no Unix time in seconds is set to now. `null` and `""` leave an attribute out.',
    example: ATTRIBUTES_EXAMPLE,
  })
  @Transform(unveil)
  @IsObject()
  attributes!: Record<string, unknown>;
}

export class CreateCustomerBody {
  @ApiProperty({ type: () => NewCustomer })
  @Transform(unveil)
  @IsObject()
  @ValidateNested()
  @Type(() => NewCustomer)
  customer!: NewCustomer;
}

/** The customer in a PATCH. */
export class CustomerChanges {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What is not named stays. `null` and `""` remove an attribute, but not `email` and `created_at`.',
    example: { first_name: 'Sofia', plan: null },
  })
  @Transform(unveil)
  @IsObject()
  attributes!: Record<string, unknown>;
}

export class UpdateCustomerBody {
  @ApiProperty({ type: () => CustomerChanges })
  @Transform(unveil)
  @IsObject()
  @ValidateNested()
  @Type(() => CustomerChanges)
  customer!: CustomerChanges;
}

/** The classes below describe answers, for OpenAPI only: answers are written as text (see customer-body.ts). */
export class Customer {
  @ApiProperty({
    ...ID_SCHEMA,
    description: 'A number where it is a canonical non-negative safe integer.',
    example: 1004,
  })
  id!: string | number;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'In the order of names.',
    example: ATTRIBUTES_EXAMPLE,
  })
  attributes!: Record<string, unknown>;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'How often each event happened, in the order of names.',
    example: { page: 3, purchase: 1 },
  })
  events!: Record<string, number>;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'Unix time in whole seconds, rounded down.',
    example: 1560964022,
  })
  last_updated!: number;
}

export class CustomerAnswer {
  @ApiProperty({ type: () => Customer })
  customer!: Customer;
}

export class PageMeta {
  @ApiPropertyOptional({ type: 'integer', example: 1, description: 'Absent in a walk (`after`).' })
  page?: number;

  @ApiProperty({ type: 'integer', example: 25, maximum: LIMITS.perPage })
  per_page!: number;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    description: 'All customers that were asked for, not those of the page.',
    example: 10000,
  })
  total!: number;

  @ApiPropertyOptional({
    description: 'The `after` of the next step of a walk. Absent in the last step, and in a page.',
  })
  next?: string;

  @ApiPropertyOptional({ description: 'True when there may be more than `total`: counting on would be slow.' })
  total_is_minimum?: boolean;

  @ApiPropertyOptional({
    description: 'True while customers are being indexed, so that some may be missing from what was found.',
  })
  indexing?: boolean;

  @ApiPropertyOptional({
    format: 'date-time',
    description:
      'There if `within` asks for events of an earlier time, and the log does not have them all any more: it has all of them from this time on.',
  })
  log_incomplete_since?: string;
}

export class CustomerList {
  @ApiProperty({ type: () => [Customer] })
  customers!: Customer[];

  @ApiProperty({ type: () => PageMeta })
  meta!: PageMeta;
}

/** A customer whose messages are rejected, or not any more. It need not exist. */
export class SuppressionAnswer {
  @ApiProperty({ ...ID_SCHEMA, example: 1004 })
  id!: string | number;

  @ApiProperty({ description: 'True while its messages are rejected.' })
  suppressed!: boolean;
}

/** A source in which an erased customer occurs. */
export class SourceOfCustomerView implements SourceOfCustomer {
  @ApiProperty({
    enum: ['ingestion', 'source'],
    description: '`ingestion`: a file or upload. `source`: live messages.',
  })
  kind!: SourceOfCustomer['kind'];

  @ApiProperty({ type: 'integer', format: 'int64' })
  id!: number;

  @ApiProperty({ example: 'data/customers.jsonl' })
  name!: string;
}

/** The sources that may have more of an erased customer: their files are not touched. */
export class ErasureAnswer {
  @ApiProperty({ type: () => [SourceOfCustomerView], description: 'As far as they are known.' })
  sources!: SourceOfCustomerView[];
}
