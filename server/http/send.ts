import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { addJsonHeaders, CACHE_CONTROL, type HeaderList } from './answer-headers.js';
import { JsonBody, takesGzip } from './compression.js';
import { matchesAny } from './etag.js';
import { wireText, type WireText } from './wire-text.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** A body with its ETag. */
export interface Entity {
  readonly body: WireText;
  readonly etag: string;
}

/** Sends JSON that is text already. */
export function sendJson(reply: FastifyReply, status: number, json: string): void {
  sendBody(reply, status, new JsonBody(wireText(json)));
}

/**
 * Sends JSON, as gzip to a client that takes it. The answer bypasses Fastify's `send`, which sets headers one by one: that costs as much
 * as finding a customer. The hook that admits requests ran before.
 */
export function sendBody(reply: FastifyReply, status: number, body: JsonBody): void {
  if (!body.isCompressible) endWith(reply, status, body.text);
  else if (!takesGzip(reply.request)) endWith(reply, status, body.text, [], 'Accept-Encoding');
  else endWith(reply, status, body.gzip(), ['content-encoding', 'gzip'], 'Accept-Encoding');
}

/** Sends JSON with its ETag, or 304 to a GET whose client has it already. It is never compressed: the compressed bytes would need another ETag. */
export function sendEntity(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  { body, etag }: Entity,
  more: HeaderList = [],
): void {
  const known = request.headers['if-none-match'];
  if (known !== undefined && (request.method === 'GET' || request.method === 'HEAD') && matchesAny(known, etag)) {
    end(reply, 304, ['etag', etag]);
  } else {
    endWith(reply, status, body, ['etag', etag, ...more]);
  }
}

function endWith(reply: FastifyReply, status: number, body: WireText, more: HeaderList = [], varies?: string): void {
  end(reply, status, ['content-type', JSON_TYPE, 'content-length', String(body.length), ...more], body, varies);
}

/** Writes an answer to the socket. @param headers is changed */
function end(reply: FastifyReply, status: number, headers: HeaderList, body?: WireText, varies?: string): void {
  const { request } = reply;
  const { raw } = reply.hijack();
  addJsonHeaders(headers, request, varies);
  raw.writeHead(status, headers);
  // `write` and then `end`: passing the body to `end` costs Node a quarter more.
  if (body !== undefined && request.method !== 'HEAD') raw.write(body, 'latin1');
  raw.end();
  request.server.observeAnswer(request, status);
}

/**
 * Streams texts or bytes as fast as the client takes them.
 * @param open gets a signal that is aborted when the client leaves
 * @throws what `open` throws, before anything was sent
 */
export async function sendStream(
  reply: FastifyReply,
  type: string,
  open: (signal: AbortSignal) => Promise<AsyncIterable<string | Uint8Array>>,
): Promise<void> {
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  const texts = await open(left.signal);
  void reply.header('content-type', type).header('cache-control', CACHE_CONTROL).send(Readable.from(texts));
}
