import { ConfigError, parseConfig, type Config } from './config.js';

const NEEDED = {
  OIDC_ISSUER: 'https://id.example.com/realms/main',
  OIDC_CLIENT_ID: 'roster',
  OIDC_CLIENT_SECRET: 'a secret',
  PUBLIC_URL: 'https://roster.example.com',
};

function parse(env: Record<string, string>): Config['singleSignOn'] | readonly string[] {
  try {
    return parseConfig(env).singleSignOn;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('the configuration of single sign-on', () => {
  it('is off without its keys', () => {
    expect(parse({ PUBLIC_URL: NEEDED.PUBLIC_URL, OIDC_ISSUER: ' ' })).toBeUndefined();
  });

  it('takes what the environment says', () => {
    const common = { issuer: NEEDED.OIDC_ISSUER, clientId: 'roster', clientSecret: 'a secret' };
    expect(parse(NEEDED)).toEqual({ ...common, roleClaim: undefined, defaultRole: undefined });
    expect(parse({ ...NEEDED, OIDC_ROLE_CLAIM: 'roles', OIDC_DEFAULT_ROLE: 'viewer' })).toEqual({
      ...common,
      roleClaim: 'roles',
      defaultRole: 'viewer',
    });
  });

  it('names every key that is missing', () => {
    expect(parse({ OIDC_CLIENT_SECRET: 'hidden', OIDC_ROLE_CLAIM: 'roles' })).toEqual([
      'OIDC_ISSUER is not set, but single sign-on (OIDC_CLIENT_SECRET, OIDC_ROLE_CLAIM) needs it',
      'OIDC_CLIENT_ID is not set, but single sign-on (OIDC_CLIENT_SECRET, OIDC_ROLE_CLAIM) needs it',
      'PUBLIC_URL is not set, but single sign-on (OIDC_CLIENT_SECRET, OIDC_ROLE_CLAIM) needs it',
    ]);
  });

  it('names every value that is wrong, beside those of other keys, and never the secret', () => {
    const problems = parse({
      ...NEEDED,
      OIDC_ISSUER: 'http://id.example.com',
      OIDC_CLIENT_SECRET: 'hidden',
      OIDC_DEFAULT_ROLE: 'owner',
      PORT: 'none',
    });
    expect(problems).toEqual([
      expect.stringContaining('PORT'),
      expect.stringContaining('OIDC_ISSUER is "http://id.example.com", but takes the https URL'),
      'OIDC_DEFAULT_ROLE is "owner", but takes viewer, editor, admin',
    ]);
    expect(JSON.stringify(problems)).not.toContain('hidden');
  });

  it.each([
    'http://localhost:9',
    'http://127.0.0.1:8080/a',
    'http://[::1]:1',
    'http://id.localhost',
    'https://a.example',
  ])('takes the issuer %s', (OIDC_ISSUER) => {
    expect(parse({ ...NEEDED, OIDC_ISSUER })).toMatchObject({ issuer: OIDC_ISSUER });
  });

  it.each([
    'http://10.0.0.1',
    'http://localhost.example.com',
    'https://a.example?b',
    'https://a.example#b',
    'a.example',
  ])('refuses the issuer %s', (OIDC_ISSUER) => {
    expect(parse({ ...NEEDED, OIDC_ISSUER })).toEqual([expect.stringContaining('OIDC_ISSUER')]);
  });

  it('refuses an issuer with a password, and does not repeat it', () => {
    const problems = parse({ ...NEEDED, OIDC_ISSUER: 'https://me:hidden@a.example' });
    expect(problems).toEqual([expect.stringContaining('OIDC_ISSUER is "https://me:…@a.example"')]);
  });
});
