import { ApiExtraModels, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The classes below describe bodies and answers. `formats/messages.ts` reads and writes them. */
export class LiveMessage {
  @ApiPropertyOptional({
    description: 'Text of 1 to 255 bytes, or a safe integer. Made when it is missing.',
    oneOf: [{ type: 'string' }, { type: 'integer' }],
    example: 'c7d1a8d9-da03-11e4-87ec-946849a0cf6a',
  })
  id?: string | number;

  @ApiProperty({ enum: ['event', 'attributes'] })
  type!: 'event' | 'attributes';

  @ApiPropertyOptional({
    description: 'Text of 1 to 150 bytes, or a safe integer. Without it the message is anonymous, and only counted.',
    oneOf: [{ type: 'string' }, { type: 'integer' }],
    example: '2352',
  })
  user_id?: string | number;

  @ApiPropertyOptional({
    description: 'Seconds or milliseconds since 1970, or RFC 3339. The time of arrival when it is missing.',
    oneOf: [{ type: 'number' }, { type: 'string' }],
    example: 1428067050,
  })
  timestamp?: number | string;

  @ApiPropertyOptional({ description: 'Of an event: 1 to 255 bytes.', example: 'page' })
  name?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The attributes, required in `attributes`. `null` removes one.',
  })
  data?: Record<string, unknown>;
}

export class RejectedMessage {
  @ApiProperty({ type: 'integer', example: 1, description: 'Its place in the body, from 0 on.' })
  index!: number;

  @ApiProperty({ example: 'invalid_timestamp' })
  reason!: string;

  @ApiProperty()
  message!: string;
}

@ApiExtraModels(LiveMessage)
export class MessagesAnswer {
  @ApiProperty({ type: 'integer', example: 2 })
  accepted!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  duplicates!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Messages from before the deletion of their customer.' })
  stale!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  anonymous!: number;

  @ApiProperty({ type: () => [RejectedMessage] })
  rejected!: RejectedMessage[];

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', nullable: true },
    description: 'The id of each message, null for a rejected one; present if one was made.',
  })
  ids?: (string | null)[];
}
