import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsObject, ValidateIf, ValidateNested } from 'class-validator';
import { ROLES, type Role } from '../domain/access/permission.js';
import { IsUserEmail, IsUserName } from './user-fields.js';

/** Unlike `IsOptional`, which takes null for absent. */
const IfPresent = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);

export class NewUserFields {
  @ApiProperty({ example: 'ada@example.com' })
  @IsUserEmail()
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  @IsUserName()
  name!: string;

  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: Role;

  @ApiPropertyOptional({
    description: 'True for a user who signs in by the provider, and gets no link.',
    default: false,
  })
  @IfPresent()
  @IsBoolean()
  single_sign_on?: boolean;
}

export class UserFields {
  @ApiPropertyOptional({ example: 'ada@example.com' })
  @IfPresent()
  @IsUserEmail()
  email?: string;

  @ApiPropertyOptional({ example: 'Ada Lovelace' })
  @IfPresent()
  @IsUserName()
  name?: string;

  @ApiPropertyOptional({ enum: ROLES, description: 'A new role ends the sessions of the user.' })
  @IfPresent()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ description: 'True keeps the user out, and its tokens, until it is false again.' })
  @IfPresent()
  @IsBoolean()
  disabled?: boolean;

  @ApiPropertyOptional({
    description:
      'True lets the user sign in by the provider with this email too, once it is verified there. False takes that back, and ends the sessions of a user who signs in so.',
  })
  @IfPresent()
  @IsBoolean()
  single_sign_on?: boolean;
}

export class CreateUserBody {
  @ApiProperty({ type: () => NewUserFields })
  @IsObject()
  @ValidateNested()
  @Type(() => NewUserFields)
  user!: NewUserFields;
}

export class UpdateUserBody {
  @ApiProperty({ type: () => UserFields })
  @IsObject()
  @ValidateNested()
  @Type(() => UserFields)
  user!: UserFields;
}

/** The classes below describe answers. */
export class UserView {
  @ApiProperty({ type: 'integer', example: 1 })
  id!: number;

  @ApiProperty({ example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ enum: ROLES })
  role!: Role;

  @ApiProperty()
  disabled!: boolean;

  @ApiProperty({ description: 'False until the user has used its invitation.' })
  has_password!: boolean;

  @ApiProperty({ description: 'True if the user signs in by the provider, or will.' })
  single_sign_on!: boolean;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To the minute.' })
  last_seen_at!: string | null;
}

export class UserAnswer {
  @ApiProperty({ type: () => UserView })
  user!: UserView;
}

export class UserList {
  @ApiProperty({ type: () => [UserView] })
  users!: UserView[];
}

export class LinkView {
  @ApiProperty({
    description: 'The page where the user sets a password.',
    example: 'https://roster.example.com/invitation#…',
  })
  url!: string;

  @ApiProperty()
  code!: string;

  @ApiProperty({ format: 'date-time' })
  ends_at!: string;
}

export class LinkAnswer {
  @ApiProperty({ type: () => LinkView, description: 'Shown once, and good for one use.' })
  link!: LinkView;
}

export class NewUserAnswer extends UserAnswer {
  @ApiPropertyOptional({
    type: () => LinkView,
    description: 'Shown once, and good for one use. Absent with single sign-on.',
  })
  link?: LinkView;
}
