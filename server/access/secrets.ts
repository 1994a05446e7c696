import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const SECRET_BYTES = 32;
const CODE_BYTES = 16;
const SESSION = /^[\w-]{43}$/;
const TOKEN = /^(rst_[\w-]{43})([0-9A-Za-z]{6})$/;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM_DIGITS = 6;

/** Makes the secret of a session: 256 random bits. */
export function newSessionSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Tells whether a text has the form of the secret of a session. No other text opens one. */
export function isSessionSecret(text: string): boolean {
  return SESSION.test(text);
}

/** Makes a one-time code of 128 random bits. */
export function newCode(): string {
  return randomBytes(CODE_BYTES).toString('base64url');
}

/** Makes a token: `rst_`, 256 random bits in 43 characters, and a checksum of 6 by which scanners for leaked secrets recognise it. */
export function newTokenSecret(): string {
  const body = `rst_${newSessionSecret()}`;
  return body + checksum(body);
}

/** Tells whether a text has the form of a token and the right checksum. No other text is looked up. */
export function isTokenSecret(text: string): boolean {
  const match = TOKEN.exec(text);
  return match !== null && checksum(match[1]) === match[2];
}

/** The form in which secrets are stored. They are random, so a fast hash is enough. */
export function hashOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** CRC-32 in base 62. */
function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let at = 0; at < CHECKSUM_DIGITS; at++) {
    digits = BASE62[rest % BASE62.length] + digits;
    rest = Math.floor(rest / BASE62.length);
  }
  return digits;
}
