import { promisify } from 'node:util';
import { inflateRaw, unzip } from 'node:zlib';

/** A body that cannot be taken. */
export type BodyFault = 'payload_too_large' | 'unsupported_encoding' | 'damaged';

const unzipped = promisify(unzip);
const inflatedRaw = promisify(inflateRaw);
/** The first bytes of data compressed by gzip and by deflate. No JSON begins like them. */
const GZIP = [0x1f, 0x8b];
const DEFLATE = 0x78;
const PLAIN = ['', 'identity', 'gzip', 'x-gzip'];

/**
 * Collects and inflates the body of a request. Never holds more than the limit, neither of the bytes sent nor of the inflated ones.
 * @param chunks as they arrive
 * @param encoding the header `Content-Encoding`. gzip is known by its first bytes: clients send it without a header, and proxies
 * inflate it and leave the header.
 * @param mostBytes of the body, as it is sent and inflated
 */
export async function inflateBody(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  mostBytes: number,
): Promise<Uint8Array | BodyFault> {
  const name = (encoding ?? '').trim().toLowerCase();
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > mostBytes) return 'payload_too_large';
    parts.push(chunk);
  }
  const body = parts.length === 1 ? parts[0] : Buffer.concat(parts, length);
  const options = { maxOutputLength: mostBytes };
  try {
    if (GZIP.every((byte, at) => body[at] === byte)) return await unzipped(body, options);
    if (name === 'deflate') return await (body[0] === DEFLATE ? unzipped : inflatedRaw)(body, options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // Safe: zlib throws nothing else.
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'payload_too_large' : 'damaged';
  }
  return PLAIN.includes(name) ? body : 'unsupported_encoding';
}
