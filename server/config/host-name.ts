import { isIPv4 } from 'node:net';

/** Characters that end or precede the host in a URL. A host holds none of them. */
const NO_HOST = /[\s/?#@\\]/;

/**
 * Reads the name in the value of a `Host` header: in lower case, without port and without the dot of a complete name. An IPv6 address
 * keeps its brackets, an international name is in its ASCII form. Returns undefined for a text that is no host.
 */
export function hostNameOf(host: string): string | undefined {
  const url = `http://${host}`;
  return !NO_HOST.test(host) && URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : undefined;
}

/** Tells whether a name, as {@link hostNameOf} gives it, is of this machine. */
export function isLoopbackName(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true;
  return name.startsWith('127.') && isIPv4(name);
}
