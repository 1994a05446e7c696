import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { addJsonHeaders, type HeaderList } from './answer-headers.js';
import { COMPRESSION_VARIES, compressForAdmin } from '../admin/compress.js';
import { matchesAny } from './etag.js';
import { wireText, type WireText } from './wire-text.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** A body with the validator of what it shows. */
export interface Entity {
  readonly body: WireText;
  readonly etag: string;
}

/** Sends JSON that is text already. */
export function sendJson(reply: FastifyReply, status: number, body: string): void {
  sendWire(reply, status, wireText(body));
}

/**
 * Sends JSON that is bytes already, to the admin compressed. It goes past Fastify, whose own way sets each header by itself, in objects that Node then reads
 * again: that costs as much as finding a customer does.
 */
export function sendWire(reply: FastifyReply, status: number, body: WireText): void {
  const compressed = compressForAdmin(reply.request, body);
  if (compressed === undefined) endWith(reply, status, body);
  else endWith(reply, status, compressed, ['content-encoding', 'gzip'], COMPRESSION_VARIES);
}

/** Sends JSON with its ETag, or 304 to a GET whose sender has it already. Never compressed: those bytes would need an ETag of their own. */
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

/** @param headers are its own from here on */
function end(reply: FastifyReply, status: number, headers: HeaderList, body?: WireText, varies?: string): void {
  const { request } = reply;
  const { raw } = reply.hijack();
  addJsonHeaders(headers, request, varies);
  raw.writeHead(status, headers);
  // Written before it ends: a body that comes with the end costs Node a quarter more.
  if (body !== undefined && request.method !== 'HEAD') raw.write(body, 'latin1');
  raw.end();
  request.server.observeAnswer(request, status);
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
