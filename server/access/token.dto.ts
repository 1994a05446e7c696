import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsIn,
  IsISO8601,
  IsObject,
  IsOptional,
  ValidateNested,
} from 'class-validator';
import { PERMISSIONS, type Permission } from '../domain/access/permission.js';
import { unveil } from '../http/validation.js';
import { IsUserName } from './user-fields.js';

export class NewTokenFields {
  @ApiProperty({ example: 'nightly import' })
  @IsUserName()
  name!: string;

  @ApiProperty({ enum: PERMISSIONS, isArray: true, description: 'At most what the caller may do.' })
  @Transform(unveil)
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(PERMISSIONS, { each: true })
  permissions!: Permission[];

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Null, or absent, for a token that does not expire.',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  expires_at?: string | null;
}

export class CreateTokenBody {
  @ApiProperty({ type: () => NewTokenFields })
  @IsObject()
  @ValidateNested()
  @Type(() => NewTokenFields)
  token!: NewTokenFields;
}

/** The classes below describe answers. */
export class TokenCreator {
  @ApiProperty({ type: 'integer', example: 1 })
  id!: number;

  @ApiProperty({ example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ example: 'ada@example.com' })
  email!: string;
}

export class TokenView {
  @ApiProperty({ type: 'integer', example: 1 })
  id!: number;

  @ApiProperty({ example: 'nightly import' })
  name!: string;

  @ApiProperty({ enum: PERMISSIONS, isArray: true })
  permissions!: readonly Permission[];

  @ApiProperty({ enum: PERMISSIONS, isArray: true, description: 'Those that its creator has at this moment.' })
  effective_permissions!: readonly Permission[];

  @ApiProperty({ type: () => TokenCreator, nullable: true, description: 'Null for the command line.' })
  creator!: TokenCreator | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute.' })
  used_at!: string | null;
}

export class TokenList {
  @ApiProperty({ type: () => [TokenView] })
  tokens!: TokenView[];
}

export class NewTokenView extends TokenView {
  @ApiProperty({ description: 'Shown once. `Authorization: Bearer` takes it.', example: 'rst_…' })
  secret!: string;
}

export class NewTokenAnswer {
  @ApiProperty({ type: () => NewTokenView })
  token!: NewTokenView;
}
