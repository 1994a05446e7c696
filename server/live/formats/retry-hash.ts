import { Hash128 } from '../../domain/message/hash128.js';
import { identityOf, type Identity } from '../../domain/message/message-identity.js';

const encoder = new TextEncoder();

/**
 * The hash of a request: two requests with the same method, path and body have the same, and others by chance once in 2^64 requests. Under it
 * the id that was made for a call is remembered while its answer may be lost.
 * @param hashKey of the database
 * @param path as it came
 * @param body inflated
 */
export function retryHash(hashKey: Readonly<Uint32Array>, method: string, path: string, body: Uint8Array): Identity {
  const hash = new Hash128(hashKey);
  const head = encoder.encode(`${method} ${path}\n`);
  hash.bytes(head, 0, head.length);
  const [a, b, c, d] = hash.lanes;
  hash.chained(body, 0, body.length, a, b, c, d);
  return identityOf(hash.lanes);
}
