import { deflateRawSync, deflateSync, brotliCompressSync, gzipSync } from 'node:zlib';
import { inflateBody } from './inflate-body.js';

const TEXT = Buffer.from(JSON.stringify({ batch: Array.from({ length: 100 }, (_, n) => ({ n })) }));
const LIMIT = 100_000;

async function inflated(bytes: Uint8Array, encoding: string | undefined, limit = LIMIT): Promise<string> {
  const body = await inflateBody(bytes, encoding, limit);
  return typeof body === 'string' ? body : Buffer.from(body).toString();
}

describe('a body', () => {
  const all = TEXT.toString();

  it.each([
    ['plain', TEXT, undefined, all],
    ['plain, said to be so', TEXT, 'identity', all],
    ['plain, said to be gzip by a proxy that has inflated it', TEXT, 'gzip', all],
    ['gzip', gzipSync(TEXT), 'gzip', all],
    ['gzip without a header', gzipSync(TEXT), undefined, all],
    ['gzip in two members', Buffer.concat([gzipSync(TEXT), gzipSync(TEXT)]), ' GZIP ', all + all],
    ['deflate', deflateSync(TEXT), 'deflate', all],
    ['deflate without the head of zlib', deflateRawSync(TEXT), 'deflate', all],
    ['empty', Buffer.alloc(0), undefined, ''],
    ['empty, said to be gzip', Buffer.alloc(0), 'gzip', ''],
    ['brotli', brotliCompressSync(TEXT), 'br', 'unsupported_encoding'],
    ['gzip that breaks off', gzipSync(TEXT).subarray(0, -9), 'gzip', 'damaged'],
    ['gzip that is damaged', Buffer.concat([gzipSync(TEXT).subarray(0, 20), Buffer.alloc(200, 7)]), 'gzip', 'damaged'],
    ['no deflate', TEXT, 'deflate', 'damaged'],
  ])('that is %s', async (_, bytes, encoding, text) => {
    expect(await inflated(bytes, encoding)).toBe(text);
  });

  it('has at most as many bytes as the limit, sent and inflated', async () => {
    expect(await inflated(TEXT, undefined, TEXT.length)).toBe(all);
    expect(await inflated(TEXT, undefined, TEXT.length - 1)).toBe('payload_too_large');
    for (const compress of [gzipSync, deflateSync, deflateRawSync]) {
      expect(await inflated(compress(TEXT), 'deflate', TEXT.length)).toBe(all);
      expect(await inflated(compress(TEXT), 'deflate', TEXT.length - 1)).toBe('payload_too_large');
    }
  });

  it('that inflates to a thousand times its size does not fill the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 1);
    const body = await inflateBody(bomb, 'gzip', 10 * 1024 * 1024);
    clearInterval(watch);
    expect(body).toBe('payload_too_large');
    expect(most).toBeLessThan(30 * 1024 * 1024);
  });
});
