import { Gate } from '../../server/access/gate.js';
import type { Config } from '../../server/config/config.js';
import type { SingleSignOnConfig } from '../../server/config/single-sign-on.js';
import { ENGINES, type Engine } from './engine.js';
import { IdentityProvider, type Behaviour } from './identity-provider.js';
import { startRestApp, type RestApp } from './rest-app.js';
import { UserAgent } from './user-agent.js';

const [[, openMemory]] = ENGINES;

/** PUBLIC_URL of the servers. */
export const ORIGIN = 'http://roster.localhost';
export const BEGIN = '/session/single-sign-on';
export const CALLBACK = `${ORIGIN}/session/single-sign-on/callback`;
export const CLIENT = { clientId: 'roster', clientSecret: 'secret-of-the-client', redirectUri: CALLBACK };

/** A provider, and servers that are its client. */
export class SingleSignOnStage {
  private readonly apps: RestApp[] = [];
  private readonly realNow = Date.now;
  private clock: jest.SpyInstance<number, []> | undefined;

  private constructor(readonly provider: IdentityProvider) {}

  static async open(): Promise<SingleSignOnStage> {
    return new SingleSignOnStage(await IdentityProvider.start(CLIENT));
  }

  /** Starts a server, and lets the provider behave as usual. Without further settings every person there is an admin here. */
  async start(
    settings: Partial<SingleSignOnConfig> | undefined,
    engine?: Engine,
    publicUrl = ORIGIN,
    more: Partial<Config> = {},
  ): Promise<RestApp> {
    await this.provider.behave({});
    const { issuer } = this.provider;
    const { clientId, clientSecret } = CLIENT;
    const app = await startRestApp(engine ?? (await openMemory()), {
      config: {
        ...more,
        publicUrl,
        singleSignOn: settings && {
          ...{ issuer, clientId, clientSecret, roleClaim: undefined, defaultRole: 'admin' },
          ...settings,
        },
      },
    });
    this.apps.push(app);
    return app;
  }

  /** A new browser at a server. */
  agent(app: RestApp): UserAgent {
    return new UserAgent(app, ORIGIN);
  }

  /** Logs in in a new browser. */
  async logIn(app: RestApp, behaviour: Partial<Behaviour> = {}): Promise<{ agent: UserAgent; last: string }> {
    await this.provider.behave(behaviour);
    const agent = this.agent(app);
    const { last } = await agent.visit(BEGIN);
    return { agent, last };
  }

  /** Goes to the provider and back, up to the callback, which is not opened. @param change changes the URL of the provider */
  async toCallback(agent: UserAgent, change: (url: URL) => void = () => undefined): Promise<URL> {
    const url = new URL((await agent.visit(BEGIN, this.provider.issuer)).last);
    change(url);
    return new URL((await agent.visit(url.href, CALLBACK)).last);
  }

  /** Lets time pass here, and the servers forget what they know for half a second. The clock of the provider goes with it. */
  async pass(ms: number, behaviour: Partial<Behaviour> = {}): Promise<void> {
    const now = Date.now() + ms - this.realNow();
    this.clock?.mockRestore();
    this.clock = jest.spyOn(Date, 'now').mockImplementation(() => this.realNow() + now);
    await this.provider.behave({ skewMs: now, ...behaviour });
    for (const app of this.apps) app.nest.get(Gate).forget();
  }

  /** Closes the servers, and sets the clock right. */
  async clear(): Promise<void> {
    this.clock?.mockRestore();
    this.clock = undefined;
    await Promise.all(this.apps.splice(0).map((app) => app.close()));
  }
}

/** The page of a failure. */
export function failed(code: string): string {
  return `${ORIGIN}/login?failure=${code}`;
}
