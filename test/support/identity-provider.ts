import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The behaviour of the provider from now on. */
export interface Behaviour {
  /** The account that signs in; its email is `ACCOUNT@example.com`. */
  readonly account: string;
  /** Claims besides `sub` and `email`, or in place of that email. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Accounts that are disabled. */
  readonly disabled: readonly string[];
  /** True for a person who does not consent. */
  readonly denies: boolean;
  /** True to give refresh tokens. Each is good for one use. */
  readonly gives: boolean;
  /** Time by which the clock of the provider is ahead. Its ID tokens hold for 300 s. */
  readonly skewMs: number;
  /** True to break off every connection. */
  readonly isDown: boolean;
}

const USUAL: Behaviour = {
  account: 'ada',
  claims: { email_verified: true, name: 'Ada Lovelace' },
  disabled: [],
  denies: false,
  gives: true,
  skewMs: 0,
  isDown: false,
};

export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

/** A real provider of OpenID Connect in a process of its own, with one client. */
export class IdentityProvider {
  private constructor(
    private readonly child: ChildProcess,
    readonly issuer: string,
  ) {}

  static async start({ clientId, clientSecret, redirectUri }: Client): Promise<IdentityProvider> {
    const child = fork(join(__dirname, 'run-identity-provider.mjs'), [clientId, clientSecret, redirectUri], {
      execArgv: [],
      // It warns that its keys and its store are for tests.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`The provider ended with ${code}.`)));
      child.once('message', ({ issuer }: { issuer: string }) => resolve(new IdentityProvider(child, issuer)));
    });
  }

  /** Behaves as usual, but for this. */
  async behave(change: Partial<Behaviour>): Promise<void> {
    const changed = once(this.child, 'message');
    this.child.send({ ...USUAL, ...change });
    await changed;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}
