import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { PERMISSIONS, ROLES, type Permission, type Role } from '../domain/access/permission.js';
import type { DisplayNameGroups } from '../config/display-name.js';
import type { Situation } from './gate.js';
import { IsUserEmail, IsUserName } from './user-fields.js';

const PASSWORD = { minLength: 10, maxLength: 1024, format: 'password' } as const;

export class LoginBody {
  @ApiProperty({ example: 'ada@example.com' })
  @IsString()
  email!: string;

  @ApiProperty({ format: 'password' })
  @IsString()
  password!: string;
}

export class SetUpBody {
  @ApiProperty({ description: 'The one-time code of the link that the terminal or the log shows.' })
  @IsString()
  code!: string;

  @ApiProperty({ example: 'ada@example.com' })
  @IsUserEmail()
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  @IsUserName()
  name!: string;

  @ApiProperty(PASSWORD)
  @IsString()
  password!: string;
}

export class CodeBody {
  @ApiProperty()
  @IsString()
  code!: string;
}

export class UseCodeBody extends CodeBody {
  @ApiProperty(PASSWORD)
  @IsString()
  password!: string;

  @ApiPropertyOptional({ description: 'A new name of the user.' })
  @IsOptional()
  @IsUserName()
  name?: string;
}

export class ChangePasswordBody {
  @ApiProperty({ format: 'password', description: 'The password that holds now.' })
  @IsString()
  current!: string;

  @ApiProperty(PASSWORD)
  @IsString()
  password!: string;
}

/** The classes below describe answers. */
export class SignedInUser {
  @ApiProperty({ type: 'integer', example: 1 })
  id!: number;

  @ApiProperty({ example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ enum: ROLES })
  role!: Role;
}

export class UsedToken {
  @ApiProperty({ type: 'integer', example: 1 })
  id!: number;

  @ApiProperty({ example: 'nightly import' })
  name!: string;
}

export class SessionAnswer {
  @ApiProperty({
    enum: ['open', 'closed', 'setup'],
    description: 'What anyone may do: everything, nothing without a login, or only make the first user.',
  })
  access!: Situation;

  @ApiProperty({ type: () => SignedInUser, nullable: true })
  user!: SignedInUser | null;

  @ApiProperty({ type: () => UsedToken, nullable: true })
  token!: UsedToken | null;

  @ApiProperty({ enum: PERMISSIONS, isArray: true, description: 'What this client may do.' })
  permissions!: readonly Permission[];

  @ApiProperty({ description: 'True when people can log in by a provider of single sign-on.' })
  single_sign_on!: boolean;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'array', items: { type: 'string' } },
    example: [['name'], ['first_name', 'last_name'], ['email'], ['id']],
    description:
      'The attributes that make the display name of a customer: the first group with a text, its texts joined by blanks; `id` is the id. Only for clients that may read.',
  })
  display_name?: DisplayNameGroups;
}

export class InvitedUser {
  @ApiProperty({ example: 'ada@example.com' })
  email!: string;

  @ApiProperty({ example: 'Ada Lovelace' })
  name!: string;
}

export class CodeAnswer {
  @ApiProperty({ enum: ['invitation', 'password'] })
  purpose!: string;

  @ApiProperty({ type: () => InvitedUser })
  user!: InvitedUser;
}

export class SessionView {
  @ApiProperty({ type: 'integer', example: 7 })
  id!: number;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', description: 'To the minute.' })
  used_at!: string;

  @ApiProperty({ format: 'date-time', description: 'Its end, however much it is used.' })
  ends_at!: string;

  @ApiProperty({ example: '192.0.2.7' })
  address!: string;

  @ApiProperty({ description: 'What the browser calls itself.' })
  user_agent!: string;

  @ApiProperty({ description: 'True for the session of this request.' })
  current!: boolean;
}

export class SessionList {
  @ApiProperty({ type: () => [SessionView] })
  sessions!: SessionView[];
}
