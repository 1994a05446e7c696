import { ENGINES } from '../support/engine.js';
import { ForgingProvider, PUBLIC_KEY, type Claims, type Signature } from '../support/forging-provider.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';
import { BEGIN, CALLBACK, CLIENT, ORIGIN } from '../support/single-sign-on.js';

const [[, open]] = ENGINES;
const NOW_S = Math.floor(Date.now() / 1_000);

describe('an ID token', () => {
  let provider: ForgingProvider;
  let app: RestApp;
  beforeAll(async () => {
    provider = await ForgingProvider.start();
    const { issuer } = provider;
    const { clientId, clientSecret } = CLIENT;
    app = await startRestApp(await open(), {
      config: {
        publicUrl: ORIGIN,
        singleSignOn: { issuer, clientId, clientSecret, roleClaim: undefined, defaultRole: 'admin' },
      },
    });
  });
  afterAll(async () => {
    await app.close();
    await provider.stop();
  });

  /** Logs in by a token. @returns the page to which it leads, and the names of the cookies that it sets */
  async function logIn(claims: Claims, signature: Signature): Promise<readonly [page: unknown, cookies: string[]]> {
    const host = new URL(ORIGIN).host;
    const begun = await app.get(BEGIN, { host });
    const asked = new URL(String(begun.headers.location)).searchParams;
    Object.assign(provider, { claims, signature, nonce: asked.get('nonce') });
    const [{ name, value }] = begun.cookies;
    const url = `${CALLBACK}?code=any&state=${asked.get('state')}`;
    const ended = await app.get(url, { host, cookie: `${name}=${value}` });
    return [ended.headers.location, ended.cookies.filter((cookie) => cookie.value !== '').map((cookie) => cookie.name)];
  }

  it.each<readonly [string, Claims, Signature, string]>([
    ['without a signature', {}, 'none', 'sso_provider'],
    ['signed by another key', {}, 'foreign', 'sso_provider'],
    ['signed by the secret of the client', {}, { secret: CLIENT.clientSecret }, 'sso_provider'],
    ['signed by the public key as a secret', {}, { secret: PUBLIC_KEY }, 'sso_provider'],
    ['for another client', { aud: 'other' }, 'own', 'sso_provider'],
    ['for several clients, and meant for another', { aud: ['roster', 'other'], azp: 'other' }, 'own', 'sso_provider'],
    ['of another issuer', { iss: 'https://evil.example' }, 'own', 'sso_provider'],
    ['of another login', { nonce: 'x'.repeat(43) }, 'own', 'sso_provider'],
    ['without a nonce', { nonce: undefined }, 'own', 'sso_provider'],
    ['without a subject', { sub: undefined }, 'own', 'sso_provider'],
    ['with an empty subject', { sub: '' }, 'own', 'sso_provider'],
    ['with a blank subject', { sub: ' ' }, 'own', 'sso_provider'],
    ['without an end', { exp: undefined }, 'own', 'sso_provider'],
    ['that has expired', { exp: NOW_S - 600 }, 'own', 'sso_clock'],
    ['of the future', { iat: NOW_S + 6_000, exp: NOW_S + 9_000 }, 'own', 'sso_clock'],
    ['that is not valid yet', { nbf: NOW_S + 6_000 }, 'own', 'sso_clock'],
    ['without an email', { email: undefined }, 'own', 'sso_no_email'],
    ['with an email that is none', { email: 'a b@c' }, 'own', 'sso_no_email'],
  ])('%s opens nothing', async (_name, claims, signature, code) => {
    expect(await logIn(claims, signature)).toEqual([expect.stringMatching(`/login\\?failure=${code}$`), []]);
    expect((await app.engine.access.users()).length).toBe(0);
  });

  it('that is in order opens Roster', async () => {
    expect(await logIn({}, 'own')).toEqual([`${ORIGIN}/`, ['roster_session']]);
  });
});
