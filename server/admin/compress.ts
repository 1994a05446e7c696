import type { FastifyRequest } from 'fastify';
import { gzipSync } from 'node:zlib';
import { CLIENT_HEADER } from '../http/edit-source.js';
import { wireText, type WireText } from '../http/wire-text.js';

/** What is shorter fits into a packet or two; what is longer would hold up other requests. */
const LEAST_BYTES = 2 * 1024;
const MOST_BYTES = 256 * 1024;
/** The headers of a request that {@link compressForAdmin} looks at. */
export const COMPRESSION_VARIES = 'Accept-Encoding, X-Roster-Client';
const GZIP = /(?:^|,)\s*gzip\s*(?:,|$)/i;

/** Whether a client takes gzip. One that gives it a weight is served plain. */
export function takesGzip(request: FastifyRequest): boolean {
  return GZIP.test(request.headers['accept-encoding'] ?? '');
}

/**
 * A body as gzip, for the admin, which may be on a slow network: 12 kB of customers become 4. A program is served faster by what is
 * not compressed: that takes as long as the rest of its request.
 * @returns undefined where it goes as it is
 */
export function compressForAdmin(request: FastifyRequest, body: WireText): WireText | undefined {
  if (request.headers[CLIENT_HEADER] !== 'admin' || body.length < LEAST_BYTES || body.length > MOST_BYTES) return;
  if (!takesGzip(request)) return;
  return wireText(gzipSync(Buffer.from(body, 'latin1'), { level: 1 }));
}
