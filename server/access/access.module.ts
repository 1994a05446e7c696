import { Module } from '@nestjs/common';
import { Admission } from '../http/admission.js';
import { StorageModule } from '../storage/storage.module.js';
import { Accounts } from './accounts.js';
import { AuditController } from './audit.controller.js';
import { Codes } from './codes.js';
import { Gate } from './gate.js';
import { Logins } from './logins.js';
import { Argon2Hasher, PasswordHasher } from './password-hasher.js';
import { Passwords } from './passwords.js';
import { SessionAnswers } from './session-answer.js';
import { SessionCookie } from './session-cookie.js';
import { SessionController } from './session.controller.js';
import { Sessions } from './sessions.js';
import { SetUpController } from './set-up.controller.js';
import { LoginCookie } from './single-sign-on/login-cookie.js';
import { People } from './single-sign-on/people.js';
import { Provider } from './single-sign-on/provider.js';
import { SessionRenewal } from './single-sign-on/session-renewal.js';
import { SingleSignOn } from './single-sign-on/single-sign-on.js';
import { SingleSignOnController } from './single-sign-on/single-sign-on.controller.js';
import { TokensController } from './tokens.controller.js';
import { TokensService } from './tokens.service.js';
import { UsersController } from './users.controller.js';
import { UsersService } from './users.service.js';

/** Login, sessions, tokens, users and the audit. */
@Module({
  imports: [StorageModule],
  controllers: [
    SessionController,
    SingleSignOnController,
    SetUpController,
    UsersController,
    TokensController,
    AuditController,
  ],
  providers: [
    Accounts,
    Codes,
    Gate,
    LoginCookie,
    Logins,
    Passwords,
    People,
    Provider,
    SessionAnswers,
    SessionCookie,
    SessionRenewal,
    Sessions,
    SingleSignOn,
    TokensService,
    UsersService,
    { provide: Admission, useExisting: Gate },
    { provide: PasswordHasher, useClass: Argon2Hasher },
  ],
  exports: [Gate],
})
export class AccessModule {}
