import { randomInt } from 'node:crypto';
import type { SourceKind } from '../domain/sources/source.js';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Characters of a key behind `rsk_`: 190 random bits. */
const KEY_CHARACTERS = 32;
/** Characters of each half of a pair, as Customer.io has them. */
const HALF_CHARACTERS = 20;

/** Makes the key of a source: `rsk_…`, or for Customer.io the pair `siteId:apiKey`. */
export function newSourceKey(kind: SourceKind): string {
  return kind === 'customerio'
    ? `${randomText(HALF_CHARACTERS)}:${randomText(HALF_CHARACTERS)}`
    : `rsk_${randomText(KEY_CHARACTERS)}`;
}

function randomText(characters: number): string {
  return Array.from({ length: characters }, () => BASE62[randomInt(BASE62.length)]).join('');
}
