/** The codes with which the login page explains a failure. */
export type FailureCode =
  /** No provider is set. */
  | 'sso_off'
  /** The login took more than ten minutes, or began in another browser. */
  | 'sso_expired'
  /** The provider, or the person there, refused. */
  | 'sso_denied'
  /** The provider does not answer, or not as it should. */
  | 'sso_provider'
  /** The clocks of the provider and of this server differ too much. */
  | 'sso_clock'
  /** The server has no user yet. */
  | 'sso_not_set_up'
  /** The provider names no email. */
  | 'sso_no_email'
  /** Another user has the email, and was not invited to sign in by the provider. */
  | 'sso_not_invited'
  /** The invited email is not verified by the provider. */
  | 'sso_unverified_email'
  /** No role follows from the claims. */
  | 'sso_no_role'
  | 'sso_disabled'
  /** The claims take the role from the last admin. */
  | 'sso_last_admin';

/** A login by the provider that failed. The message is for the log and holds no secret and nothing about a person. */
export class SingleSignOnFailure extends Error {
  override readonly name = 'SingleSignOnFailure';

  /** @param email of the person, as far as it is known, for the audit */
  constructor(
    readonly code: FailureCode,
    reason: string,
    readonly email?: string,
  ) {
    super(reason);
  }
}
