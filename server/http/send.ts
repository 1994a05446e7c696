import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { addJsonHeaders, CACHE_CONTROL, type HeaderList } from './answer-headers.js';
import { ByteBudget, type Release } from './byte-budget.js';
import { JsonBody, streamGzip, takesGzip } from './compression.js';
import { matchesAny } from './etag.js';
import { keepChecking } from './keep-checking.js';
import type { BudgetLimits } from './limits.js';
import { Turns } from './turns.js';
import { piecesOf, wireText, type WireText } from './wire-text.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const KIB = 1024;

/** Bytes of an answer that is put together and handed to the connection whole. A longer one is sent in pieces of about this length. */
export const PIECE_BYTES = 64 * KIB;
/** Bytes that an answer in pieces holds in memory: one piece in the connection, and one that is being made. */
const PIECES_UNDER_WAY = 2 * PIECE_BYTES;
/** Bytes that its compressor takes. */
const GZIP_BYTES = 2 * PIECE_BYTES;

/** Codes of the errors of a connection that the client has closed. */
const GONE = new Set<unknown>([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ABORT_ERR',
  'ECONNRESET',
  'EPIPE',
]);

/** Text, or UTF-8. */
type Piece = string | Uint8Array;

const BUSY = 'The server is sending as many large answers as its memory allows. Try again.';

declare module 'fastify' {
  interface FastifyInstance {
    /** The memory of answers that are sent in pieces. */
    answerBudget: ByteBudget;
    /** The turns in which pieces are made. */
    answerTurns: Turns;
  }
}

/** Gives the server what answers in pieces need. */
export function prepareToSend(fastify: FastifyInstance, budget: BudgetLimits): void {
  fastify.decorate('answerBudget', new ByteBudget(budget, BUSY));
  fastify.decorate('answerTurns', new Turns());
}

/** A body with its ETag. */
export interface Entity {
  readonly body: WireText;
  readonly etag: string;
}

/** Sends JSON that is text already. @param more headers */
export function sendJson(reply: FastifyReply, status: number, json: string, more?: HeaderList): void {
  sendBody(reply, status, new JsonBody(wireText(json)), more);
}

/**
 * Sends JSON, as gzip to a client that takes it. The answer bypasses Fastify's `send`, which sets headers one by one: that costs as much
 * as finding a customer. The hook that admits requests ran before.
 * @throws DomainError `busy`
 */
export function sendBody(reply: FastifyReply, status: number, body: JsonBody, more: HeaderList = []): void {
  if (!body.isCompressible) endWith(reply, status, body.text, more);
  else if (!takesGzip(reply.request)) endWith(reply, status, body.text, more, 'Accept-Encoding');
  else endWith(reply, status, body.gzip(), ['content-encoding', 'gzip', ...more], 'Accept-Encoding');
}

/**
 * Sends JSON with its ETag, or 304 to a GET whose client has it already. It is never compressed: the compressed bytes would need another ETag.
 * @throws DomainError `busy` to a GET
 */
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
  const hasBody = body !== undefined && request.method !== 'HEAD';
  const release = hasBody && body.length > PIECE_BYTES ? takeFor(request, body.length) : undefined;
  const { raw } = reply.hijack();
  addJsonHeaders(headers, request, varies);
  raw.writeHead(status, headers);
  if (release && body !== undefined) {
    void pipeline(piecesOf(body, PIECE_BYTES), raw)
      .catch(() => undefined)
      .finally(release);
  } else if (hasBody) {
    raw.end(body, 'latin1');
  } else {
    raw.end();
  }
  request.server.observeAnswer(request, status);
}

function takeFor({ method, server }: FastifyRequest, bytes: number): Release {
  return method === 'GET' ? server.answerBudget.takeNow(bytes) : server.answerBudget.takeAnyway(bytes);
}

/**
 * Sends JSON that comes in pieces. If it turns out to be short, it is sent as {@link sendBody} does, else piece after piece as fast as the
 * client takes them. A piece is asked for in a turn of its own, so that short requests come in between.
 * @param pieces text or UTF-8, each of about {@link PIECE_BYTES}
 * @param held bytes that `pieces` holds in memory besides the piece that it makes
 * @throws what `pieces` throws; DomainError `busy` when too many such answers are under way
 */
export async function sendPieces(reply: FastifyReply, pieces: AsyncIterable<Piece>, held = 0): Promise<void> {
  const { raw, request } = reply;
  const { answerBudget, answerTurns } = request.server;
  const source = inTurns(pieces, answerTurns);
  const begun: Buffer[] = [];
  for (let length = 0; length <= PIECE_BYTES;) {
    const next = await source.next();
    if (next.done) {
      sendBody(reply, 200, new JsonBody(wireText(Buffer.concat(begun))));
      return;
    }
    begun.push(Buffer.from(next.value));
    length += next.value.length;
  }
  const zips = takesGzip(request);
  const left = new AbortController();
  raw.once('close', () => left.abort());
  let release: Release | undefined;
  try {
    release = await answerBudget.take(held + PIECES_UNDER_WAY + (zips ? GZIP_BYTES : 0), left.signal);
    await writePieces(reply, startingWith(begun, source), zips);
  } catch (error) {
    if (!isGone(error)) throw error;
  } finally {
    release?.();
    await source.return(undefined);
  }
}

async function writePieces(reply: FastifyReply, pieces: AsyncIterable<Piece>, zips: boolean): Promise<void> {
  const { request } = reply;
  const { raw } = reply.hijack();
  keepChecking(reply);
  const headers = ['content-type', JSON_TYPE, ...(zips ? ['content-encoding', 'gzip'] : [])];
  addJsonHeaders(headers, request, 'Accept-Encoding');
  raw.writeHead(200, headers);
  request.server.observeAnswer(request, 200);
  if (request.method === 'HEAD') raw.end();
  else if (zips) await pipeline(pieces, streamGzip(), raw);
  else await pipeline(pieces, raw);
}

/** True for the failure of an answer whose client has closed the connection. */
function isGone(error: unknown): boolean {
  // Not `instanceof Error`: errors of Node may come from another realm.
  return typeof error === 'object' && error !== null && 'code' in error && GONE.has(error.code);
}

async function* inTurns<T>(pieces: AsyncIterable<T>, turns: Turns): AsyncGenerator<T, undefined> {
  const source = pieces[Symbol.asyncIterator]();
  try {
    for (;;) {
      await turns.next();
      const next = await source.next();
      if (next.done) return undefined;
      yield next.value;
    }
  } finally {
    await source.return?.();
  }
}

/** Yields the pieces that were read already, which are then not held any more, and the others. */
async function* startingWith(begun: Piece[], others: AsyncIterable<Piece>): AsyncGenerator<Piece> {
  yield* begun.splice(0);
  yield* others;
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
  keepChecking(reply);
  const texts = await open(left.signal);
  void reply.header('content-type', type).header('cache-control', CACHE_CONTROL).send(Readable.from(texts));
}

/** A file that is gone when its stream is closed. */
export interface SentFile {
  stream(): Readable;
  close(): Promise<void>;
}

/**
 * Sends a file as fast as the client takes it.
 * @param open gets a signal that is aborted when the client leaves
 * @throws what `open` throws, unless the client has left
 */
export async function sendFile(
  reply: FastifyReply,
  type: string,
  open: (signal: AbortSignal) => Promise<SentFile>,
): Promise<void> {
  const left = new AbortController();
  const { signal } = left;
  reply.raw.once('close', () => left.abort());
  keepChecking(reply);
  try {
    const file = await open(signal);
    if (signal.aborted) await file.close();
    else void reply.header('content-type', type).header('cache-control', CACHE_CONTROL).send(file.stream());
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
