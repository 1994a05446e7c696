import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { etagOf, matchesAny } from './etag.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Sends JSON that is text already, or UTF-8. It may be stored, but not used again without asking. */
export function sendJson(reply: FastifyReply, status: number, body: string | Buffer): void {
  void reply.status(status).header('content-type', JSON_TYPE).header('cache-control', 'no-cache').send(body);
}

/** Sends JSON with its ETag, or 304 to a GET whose sender has it already. */
export function sendEntity(request: FastifyRequest, reply: FastifyReply, status: number, body: string | Buffer): void {
  const etag = etagOf(body);
  void reply.header('etag', etag);
  const known = request.headers['if-none-match'];
  if (known !== undefined && (request.method === 'GET' || request.method === 'HEAD') && matchesAny(known, etag)) {
    void reply.status(304).header('cache-control', 'no-cache').send();
    return;
  }
  sendJson(reply, status, body);
}

/**
 * Sends texts as they come, as fast as the client takes them. Its signal is aborted when the client leaves.
 * @throws what `open` throws, before anything was sent
 */
export async function sendStream(
  reply: FastifyReply,
  type: string,
  open: (signal: AbortSignal) => Promise<AsyncIterable<string>>,
): Promise<void> {
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  const texts = await open(left.signal);
  void reply.header('content-type', type).header('cache-control', 'no-cache').send(Readable.from(texts));
}
