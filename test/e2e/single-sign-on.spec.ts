import { AdminBrowser } from '../support/admin-browser.js';
import { HeldPort } from '../support/held-port.js';
import { IdentityProvider } from '../support/identity-provider.js';
import { attributes } from '../support/messages.js';

const PATIENCE_MS = 120_000;

describe('single sign-on in a browser', () => {
  let provider: IdentityProvider;
  let admin: AdminBrowser;
  let port: HeldPort;

  beforeAll(async () => {
    // The provider has to know it before the server listens.
    port = await HeldPort.open();
    const publicUrl = `http://localhost:${port.port}`;
    const client = { clientId: 'roster', clientSecret: 'a secret' };
    provider = await IdentityProvider.start({ ...client, redirectUri: `${publicUrl}/session/single-sign-on/callback` });
    await provider.behave({ claims: { name: 'Ada Lovelace', roles: ['admin'] } });
    const settings = {
      PUBLIC_URL: publicUrl,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: client.clientId,
      OIDC_CLIENT_SECRET: client.clientSecret,
      OIDC_ROLE_CLAIM: 'roles',
    };
    const lines = [attributes({ email: 'c1@example.com' }, { user_id: '1' })];
    admin = await AdminBrowser.start(lines, settings, port.fd);
    const made = await fetch(`${publicUrl}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: { email: 'first@example.com', name: 'First', role: 'admin' } }),
    });
    expect(made.status).toBe(201);
  }, PATIENCE_MS);
  afterAll(async () => {
    await admin.stop();
    await provider.stop();
    await port.close();
  });

  it('leads from the login page to the provider and back to the page that was asked for', async () => {
    const visit = await admin.visit();
    const { page } = visit;
    await page.goto(`${visit.url}/login?return=${encodeURIComponent('/customers/1')}`);
    await page.getByTestId('single-sign-on').click();
    await page.waitForURL(`${visit.url}/customers/1`);
    await page.getByTestId('signed-in').waitFor();
    await page.getByText('c1@example.com').first().waitFor();
    const names = (await page.context().cookies()).map(({ name }) => name);
    expect(names).toContain('roster_session');
    expect(names).not.toContain('roster_single_sign_on');
    await visit.end();
  });

  it('comes back to the login page with the reason when it fails', async () => {
    await provider.behave({ denies: true });
    const visit = await admin.visit();
    const { page } = visit;
    await page.goto(`${visit.url}/login`);
    await page.getByTestId('single-sign-on').click();
    await page.getByTestId('provider-failed').getByText('sso_denied').waitFor();
    await visit.end();
  });
});
