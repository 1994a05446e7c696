import type { Environment, ReadKey } from './environment.js';
import { hostNameOf, isLoopbackName } from './host-name.js';

const ROLES = ['viewer', 'editor', 'admin'] as const;
const OWN_KEYS = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLE_CLAIM', 'OIDC_DEFAULT_ROLE'];
const NEEDED = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'PUBLIC_URL'];

/** The provider by which people sign in, and this server as its client. */
export interface SingleSignOnConfig {
  /** A URL; http only on loopback. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The claim that holds the role of a person; undefined when roles are given here. */
  readonly roleClaim: string | undefined;
  /** The role of a person for whom no claim gives one; undefined for none. */
  readonly defaultRole: (typeof ROLES)[number] | undefined;
}

/** Reads the keys of single sign-on. A key that is missing beside the others is a problem. */
export function readSingleSignOn(env: Environment, read: ReadKey, problems: string[]): SingleSignOnConfig | undefined {
  const isSet = (key: string): boolean => Boolean(env[key]?.trim());
  const present = OWN_KEYS.filter(isSet);
  if (present.length === 0) return undefined;
  for (const key of NEEDED.filter((one) => !isSet(one))) {
    problems.push(`${key} is not set, but single sign-on (${present.join(', ')}) needs it`);
  }
  const any = (text: string): string => text;
  return {
    issuer: read('OIDC_ISSUER', '', 'the https URL of the provider, without query; http only on loopback', issuerUrl),
    clientId: read('OIDC_CLIENT_ID', '', 'text', any),
    clientSecret: read('OIDC_CLIENT_SECRET', '', 'text', any),
    roleClaim: read<string | undefined>('OIDC_ROLE_CLAIM', undefined, 'the name of a claim', any),
    defaultRole: read<SingleSignOnConfig['defaultRole']>('OIDC_DEFAULT_ROLE', undefined, ROLES.join(', '), (text) =>
      ROLES.find((role) => role === text),
    ),
  };
}

/** OpenID Connect Discovery 1.0, section 2: https without query and fragment. Over http anyone on the way could sign in as anyone. */
function issuerUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, username, password } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopbackName(hostNameOf(host) ?? ''));
  return isSafe && username === '' && password === '' && !/[?#]/.test(text) ? text : undefined;
}
