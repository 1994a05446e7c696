import { isIPv6 } from 'node:net';
import type { Config } from '../config/config.js';
import type { CodePurpose } from '../domain/access/one-time-code.js';

const PAGES: Readonly<Record<CodePurpose, string>> = {
  'set-up': 'setup',
  invitation: 'invitation',
  password: 'password',
};
const EVERY_ADDRESS = new Set(['0.0.0.0', '::', '127.0.0.1', '::1']);

/** A page of the admin with a one-time code. The code is in the fragment, which browsers send to no server. */
export function linkTo(origin: string, purpose: CodePurpose, code: string): string {
  return `${origin}/${PAGES[purpose]}#${code}`;
}

/** The origin by which people reach the server, as far as it knows. */
export function originOfServer({ publicUrl, host, port }: Pick<Config, 'publicUrl' | 'host' | 'port'>): string {
  if (publicUrl !== undefined) return publicUrl;
  const name = EVERY_ADDRESS.has(host) ? 'localhost' : isIPv6(host) ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
