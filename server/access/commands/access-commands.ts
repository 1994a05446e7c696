import { AccessCommand, AccessStatusCommand, AuditCommand, OpenAccessCommand } from './access.command.js';
import { CreateTokenCommand, ListTokensCommand, RemoveTokenCommand, TokenCommand } from './token.command.js';
import {
  CreateUserCommand,
  DisableUserCommand,
  EnableUserCommand,
  InviteUserCommand,
  ListUsersCommand,
  PasswordCommand,
  RemoveUserCommand,
  RoleCommand,
  SingleSignOnCommand,
  UserCommand,
} from './user.command.js';

/** The commands for users, tokens and the audit. */
export const ACCESS_COMMANDS = [
  ...[UserCommand, ListUsersCommand, CreateUserCommand, InviteUserCommand, RoleCommand, DisableUserCommand],
  ...[EnableUserCommand, RemoveUserCommand, PasswordCommand, SingleSignOnCommand],
  ...[TokenCommand, ListTokensCommand, CreateTokenCommand, RemoveTokenCommand],
  ...[AccessCommand, AccessStatusCommand, OpenAccessCommand, AuditCommand],
];
