import { Inject, Injectable } from '@nestjs/common';
import type * as OpenIdClient from 'openid-client';
import { CONFIG, type Config } from '../../config/config.js';
import type { SingleSignOnConfig } from '../../config/single-sign-on.js';
import type { ProviderAccount } from '../../domain/access/user.js';
import { SingleSignOnFailure } from './failure.js';
import type { BegunLogin } from './login-cookie.js';
import { describe, failureOf, isRefusal } from './provider-errors.js';

/** The path to which the provider sends people back. */
export const CALLBACK = '/session/single-sign-on/callback';
/** Difference that the clocks of the provider and of this server may have, in s. */
const CLOCK_TOLERANCE_S = 60;
const TIMEOUT_S = 5;
const MS_PER_S = 1_000;

/** The provider's description of a user that has just signed in there. */
export interface Identity {
  readonly account: ProviderAccount;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Undefined from a provider that gives none. */
  readonly refreshToken: string | undefined;
}

/** The answer of the provider to the question whether a session may go on. `none` is no answer, or none that makes sense. */
export type Renewal =
  | { readonly kind: 'granted'; /** Replaces the one before. */ readonly refreshToken: string | undefined }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'none'; readonly reason: string };

interface Connection {
  readonly client: typeof OpenIdClient;
  readonly configuration: OpenIdClient.Configuration;
}

/** The provider of single sign-on. Nothing is loaded or asked before the first login. */
@Injectable()
export class Provider {
  private connection: Promise<Connection> | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Begins a login. @returns the page of the provider, and what the browser has to bring back */
  async begin(): Promise<{ readonly url: string; readonly login: Omit<BegunLogin, 'back'> }> {
    const { client, configuration } = await this.connect();
    const login = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const offline = configuration.serverMetadata().scopes_supported?.includes('offline_access')
      ? ' offline_access'
      : '';
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.callbackUrl('').href,
      scope: `openid email profile${offline}`,
      state: login.state,
      nonce: login.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(login.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, login };
  }

  /**
   * Ends a login: exchanges the code of the callback, and verifies state, issuer, PKCE, and the signature, audience, nonce and times of the
   * ID token.
   * @param query of the callback, with its `?`
   * @throws SingleSignOnFailure
   */
  async end(query: string, { state, nonce, verifier }: Omit<BegunLogin, 'back'>): Promise<Identity> {
    const { client, configuration } = await this.connect();
    try {
      const tokens = await client.authorizationCodeGrant(configuration, this.callbackUrl(query), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new SingleSignOnFailure('sso_provider', 'The provider sent no ID token.');
      // The package checks the expiry, but not these. Everyone with an empty subject would be one person.
      if (claims.sub.trim() === '') throw new SingleSignOnFailure('sso_provider', 'The ID token names no subject.');
      if (claims.iat > Date.now() / MS_PER_S + CLOCK_TOLERANCE_S) {
        throw new SingleSignOnFailure('sso_clock', 'The clock of the provider is ahead of the clock of this server.');
      }
      const more = this.isEnough(claims, configuration)
        ? {}
        : await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      return {
        account: { issuer: claims.iss, subject: claims.sub },
        claims: { ...more, ...claims },
        refreshToken: tokens.refresh_token,
      };
    } catch (error) {
      throw error instanceof SingleSignOnFailure ? error : failureOf(client, error);
    }
  }

  /** Asks whether the person of an account may still sign in. */
  async renew(refreshToken: string, account: ProviderAccount): Promise<Renewal> {
    if (!this.config.singleSignOn) return { kind: 'refused', reason: 'OIDC_ISSUER is not set any more' };
    try {
      // Another provider must not see the token.
      if (new URL(this.settings().issuer).href !== new URL(account.issuer).href) {
        return { kind: 'refused', reason: 'OIDC_ISSUER is another provider now' };
      }
      const { client, configuration } = await this.connect();
      try {
        const tokens = await client.refreshTokenGrant(configuration, refreshToken);
        const subject = tokens.claims()?.sub ?? account.subject;
        return subject === account.subject
          ? { kind: 'granted', refreshToken: tokens.refresh_token }
          : { kind: 'refused', reason: 'The provider answered for another person' };
      } catch (error) {
        return { kind: isRefusal(client, error) ? 'refused' : 'none', reason: describe(error) };
      }
    } catch (error) {
      return { kind: 'none', reason: describe(error) };
    }
  }

  /** Tells whether the ID token says all that a login needs, or the provider has no more to say. */
  private isEnough(claims: OpenIdClient.IDToken, configuration: OpenIdClient.Configuration): boolean {
    const { roleClaim } = this.settings();
    const needed = ['email', 'email_verified', 'name', ...(roleClaim === undefined ? [] : [roleClaim])];
    return configuration.serverMetadata().userinfo_endpoint === undefined || needed.every((name) => name in claims);
  }

  private callbackUrl(query: string): URL {
    return new URL(CALLBACK + query, this.config.publicUrl);
  }

  private settings(): SingleSignOnConfig {
    const { singleSignOn } = this.config;
    if (!singleSignOn) throw new SingleSignOnFailure('sso_off', 'OIDC_ISSUER is not set.');
    return singleSignOn;
  }

  /** Loads the package and reads the description of the provider, once. After a failure the next login tries again. */
  private connect(): Promise<Connection> {
    return (this.connection ??= this.discover(this.settings()).catch((error: unknown) => {
      this.connection = undefined;
      throw error;
    }));
  }

  private async discover({ issuer, clientId, clientSecret }: SingleSignOnConfig): Promise<Connection> {
    const client = await import('openid-client');
    const basic = client.ClientSecretBasic(clientSecret);
    const post = client.ClientSecretPost(clientSecret);
    const server = new URL(issuer);
    try {
      const configuration = await client.discovery(
        server,
        clientId,
        { [client.clockTolerance]: CLOCK_TOLERANCE_S },
        (metadata, ...rest) => {
          const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
          (methods.includes('client_secret_basic') ? basic : post)(metadata, ...rest);
        },
        {
          timeout: TIMEOUT_S,
          execute: [
            client.enableNonRepudiationChecks,
            // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so as a warning; the settings allow http on loopback only
            ...(server.protocol === 'http:' ? [client.allowInsecureRequests] : []),
          ],
        },
      );
      // The package lets providers of many organisations name another issuer. Then everyone of all of them could sign in.
      const named = configuration.serverMetadata().issuer;
      if (new URL(named).href !== server.href) {
        throw new SingleSignOnFailure('sso_provider', 'The provider names itself by another URL than OIDC_ISSUER.');
      }
      return { client, configuration };
    } catch (error) {
      throw error instanceof SingleSignOnFailure ? error : failureOf(client, error);
    }
  }
}
