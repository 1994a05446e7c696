import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { errorBody, type ErrorBody } from './error-filter.js';

/** A socket as Node's HTTP server keeps it: with the answer that is being sent. */
type HttpSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

const FAILURES: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'The headers of the request are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'payload_too_large', 'The chunk extensions of the body are too large.'],
};
const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'private, no-cache',
  'x-content-type-options': 'nosniff',
};
const INVALID = [400, 'invalid_request', 'This is not a valid HTTP request.'] as const;

/** Answers what Node cannot read as a request, in the shape of every error, and closes the connection. */
export function refuseUnparsed(error: NodeJS.ErrnoException, socket: Socket): void {
  // Safe: this socket is one of Node's HTTP server.
  const { _httpMessage: answer } = socket as HttpSocket;
  if (error.code === 'ECONNRESET' || !socket.writable || answer?.headersSent) {
    socket.destroy(error);
    return;
  }
  const [statusCode, code, message] = FAILURES[error.code ?? ''] ?? INVALID;
  refuse(socket, { statusCode, error: STATUS_CODES[statusCode] ?? 'Error', code, message });
}

/** Answers a request that expects anything but `100-continue`. */
export function refuseExpectation(_request: IncomingMessage, answer: ServerResponse): void {
  const message = 'The only expectation that this server meets is 100-continue.';
  const body: ErrorBody = { statusCode: 417, error: 'Expectation Failed', code: 'expectation_failed', message };
  const text = JSON.stringify(body);
  answer.writeHead(417, { ...HEADERS, connection: 'close', 'content-length': Buffer.byteLength(text) }).end(text);
}

/**
 * Answers `CONNECT`, for which Node hands over the socket: this server is no proxy.
 * @param check throws what refuses any request
 */
export function refuseTunnel(socket: Socket, check: () => void): void {
  socket.on('error', () => undefined);
  try {
    check();
    refuse(socket, { statusCode: 404, error: 'Not Found', code: 'not_found', message: 'This server is no proxy.' });
  } catch (refusal) {
    refuse(socket, errorBody(refusal));
  }
}

function refuse(socket: Socket, body: ErrorBody): void {
  const text = JSON.stringify(body);
  const headers = { ...HEADERS, connection: 'close', 'content-length': Buffer.byteLength(text) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${body.statusCode} ${body.error}\r\n${lines.join('')}\r\n${text}`, () => socket.destroy());
}
