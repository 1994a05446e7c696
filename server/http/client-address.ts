import type { FastifyRequest } from 'fastify';
import { isIP, isIPv6 } from 'node:net';
import type { Origin } from '../domain/access/audit.js';

const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i;
/** An address as some proxies write it: with a port, or IPv6 in brackets. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([\da-f:.]+)\])(?::\d+)?$/i;
const GROUPS = 8;
/** Groups of 16 bits of the network that one customer of a provider has. */
const NETWORK_GROUPS = 4;
const HEX = 16;

/** Tells where a request comes from, as the audit notes it. */
export function originOf(request: FastifyRequest): Origin {
  return { address: addressOf(request), requestId: request.id };
}

/** The address of the client: the first from the right in `X-Forwarded-For` that is no proxy of `TRUST_PROXY`. */
export function addressOf(request: FastifyRequest): string {
  // A proxy may write a name into the header. Then the address of the proxy counts.
  const address = isIP(request.ip) === 0 ? (request.raw.socket.remoteAddress ?? '') : request.ip;
  return address.replace(MAPPED_IPV4, '');
}

/** Takes the ports and brackets out of an `X-Forwarded-For`. */
export function withoutPorts(forwardedFor: string): string {
  return forwardedFor
    .split(',')
    .map((address) => address.trim().replace(WITH_PORT, '$1$2'))
    .join(', ');
}

/** The addresses that count as one client: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  // `::` stands for as many groups of zeros as are missing.
  const parts = address
    .split('%')[0]
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const missing = GROUPS - parts.flat().length;
  const [left, right = []] = parts;
  const groups = [...left, ...new Array<string>(missing).fill('0'), ...right].slice(0, NETWORK_GROUPS);
  return `${groups.map((group) => Number.parseInt(group, HEX).toString(HEX)).join(':')}::/64`;
}
