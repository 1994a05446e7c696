import { promisify } from 'node:util';
import { inflateRaw, unzip } from 'node:zlib';
import type { Awaitable } from '../domain/awaitable.js';

/** A body that cannot be taken. */
export type BodyFault = 'payload_too_large' | 'unsupported_encoding' | 'damaged';

const unzipped = promisify(unzip);
const inflatedRaw = promisify(inflateRaw);
/** The first bytes of data compressed by gzip and by deflate. No JSON begins like them. */
const GZIP = [0x1f, 0x8b];
const DEFLATE = 0x78;
const PLAIN = ['', 'identity', 'gzip', 'x-gzip'];

/** True for a body that {@link inflateBody} inflates. */
export function isCompressed(body: Uint8Array, encoding: string | undefined): boolean {
  return (body[0] === GZIP[0] && body[1] === GZIP[1]) || nameOf(encoding) === 'deflate';
}

/**
 * Inflates the body of a request. Never makes more bytes than the limit.
 * @param encoding the header `Content-Encoding`. gzip is known by its first bytes: clients send it without a header, and proxies
 * inflate it and leave the header.
 * @param mostBytes of the body, as it was sent and inflated
 */
export function inflateBody(
  body: Uint8Array,
  encoding: string | undefined,
  mostBytes: number,
): Awaitable<Uint8Array | BodyFault> {
  if (body.length > mostBytes) return 'payload_too_large';
  if (isCompressed(body, encoding)) return inflated(body, mostBytes);
  return PLAIN.includes(nameOf(encoding)) ? body : 'unsupported_encoding';
}

async function inflated(body: Uint8Array, mostBytes: number): Promise<Uint8Array | BodyFault> {
  const hasHead = body[0] === GZIP[0] || body[0] === DEFLATE;
  try {
    return await (hasHead ? unzipped : inflatedRaw)(body, { maxOutputLength: mostBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // Safe: zlib throws nothing else.
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'payload_too_large' : 'damaged';
  }
}

function nameOf(encoding: string | undefined): string {
  return encoding === undefined ? '' : encoding.trim().toLowerCase();
}
