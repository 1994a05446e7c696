// A real provider of OpenID Connect on loopback, as a process of its own: with its own clock, and with accounts that the test changes by messages.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import process from 'node:process';
import Provider from 'oidc-provider';

/** The behaviour that the test may change; see identity-provider.ts. */
const state = {
  account: 'ada',
  claims: {},
  disabled: [],
  denies: false,
  gives: true,
  skewMs: 0,
  isDown: false,
};

const { now } = Date;
Date.now = () => now() + state.skewMs;

const [clientId, clientSecret, redirectUri] = process.argv.slice(2);
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

const server = createServer((request, response) => {
  if (state.isDown) request.socket.destroy();
  else if (request.url.startsWith('/interaction/')) interact(request, response).catch(refuse(response));
  else void answer(request, response);
});
// A client may ask again after a pause of any length.
server.keepAliveTimeout = 0;
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://localhost:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
    },
  ],
  cookies: { keys: [randomBytes(32).toString('hex')] },
  claims: { openid: ['sub', 'roles'], email: ['email', 'email_verified'], profile: ['name'] },
  // Many providers put the claims into the ID token.
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  findAccount: (_context, id) =>
    state.disabled.includes(id)
      ? undefined
      : { accountId: id, claims: () => ({ sub: id, email: `${id}@example.com`, ...state.claims }) },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  issueRefreshToken: () => state.gives,
  rotateRefreshToken: true,
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid email profile offline_access');
    await grant.save();
    return grant;
  },
  ttl: {
    IdToken: 300,
    AccessToken: HOUR_S,
    AuthorizationCode: 60,
    RefreshToken: DAY_S,
    Session: DAY_S,
    Grant: DAY_S,
    Interaction: HOUR_S,
  },
});
const answer = provider.callback();

/** Signs the account in, or denies it, without a page. */
async function interact(request, response) {
  const result = state.denies ? { error: 'access_denied' } : { login: { accountId: state.account } };
  await provider.interactionFinished(request, response, result);
}

/** Answers a failure. The process goes on, as other tests use it. */
function refuse(response) {
  return (error) => {
    if (!response.headersSent) response.writeHead(500);
    response.end(String(error));
  };
}

process.on('message', (change) => {
  Object.assign(state, change);
  process.send('changed');
});
// The test may end without a word.
process.on('disconnect', () => process.exit());
process.send({ issuer });
