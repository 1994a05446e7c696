import { isIP, isIPv4 } from 'node:net';

/** A number of proxies, counted from this server on, or their addresses and networks. */
export type TrustedProxies = number | readonly string[];

const MOST_HOPS = 10;
const BITS_OF_IPV4 = 32;
const BITS_OF_IPV6 = 128;
/** Names of networks that Fastify knows. */
const NAMES = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Parses `TRUST_PROXY`. It has no value for all proxies: then a client could claim any address. */
export function trustedProxies(text: string): TrustedProxies | undefined {
  if (/^\d+$/.test(text)) {
    const hops = Number(text);
    return hops >= 1 && hops <= MOST_HOPS ? hops : undefined;
  }
  const networks = text.split(',').map((network) => network.trim());
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(text: string): boolean {
  if (NAMES.has(text)) return true;
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  if (!match || isIP(match[1]) === 0) return false;
  const most = isIPv4(match[1]) ? BITS_OF_IPV4 : BITS_OF_IPV6;
  const bits = Number(match.at(2) ?? most);
  return bits >= 1 && bits <= most;
}
