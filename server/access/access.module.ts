import { Module } from '@nestjs/common';
import { Admission } from '../http/admission.js';
import { StorageModule } from '../storage/storage.module.js';
import { Accounts } from './accounts.js';
import { AuditController } from './audit.controller.js';
import { Codes } from './codes.js';
import { Gate } from './gate.js';
import { Housekeeping } from './housekeeping.js';
import { Logins } from './logins.js';
import { Argon2Hasher, PasswordHasher } from './password-hasher.js';
import { Passwords } from './passwords.js';
import { SessionAnswers } from './session-answer.js';
import { SessionCookie } from './session-cookie.js';
import { SessionController } from './session.controller.js';
import { Sessions } from './sessions.js';
import { SetUpController } from './set-up.controller.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

/** Who comes in, and what they may do. */
@Module({
  imports: [StorageModule],
  controllers: [SessionController, SetUpController, UsersController, TokensController, AuditController],
  providers: [
    Accounts,
    Codes,
    Gate,
    Housekeeping,
    Logins,
    Passwords,
    SessionAnswers,
    SessionCookie,
    Sessions,
    TokensService,
    UsersService,
    { provide: Admission, useExisting: Gate },
    { provide: PasswordHasher, useClass: Argon2Hasher },
  ],
})
export class AccessModule {}
