import { gzipSync } from 'node:zlib';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzip } from './gunzip.js';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(
  bytes: Uint8Array,
  { size = 1 << 20, slow = false } = {},
): Promise<{ text: string; code?: unknown }> {
  let text = '';
  try {
    for await (const chunk of gunzip(chunksOf(bytes, size))) {
      text += chunk.toString('latin1');
      for (let turns = 0; slow && turns < 20; turns++) await nextTurn();
    }
  } catch (error) {
    return { text, code: (error as { code?: unknown }).code };
  }
  return { text };
}

describe('gunzip', () => {
  const text = Array.from({ length: 40_000 }, (_, i) => `${i * i}\n`).join('');
  const whole = gzipSync(text);

  it.each([1, 7_000, 1 << 20])(
    'gives all of several members, and leaves padding alone, in chunks of %i',
    async (size) => {
      const small = size === 1;
      const member = small ? gzipSync('abc') : whole;
      const [content] = small ? ['abc'] : [text];
      expect(await read(Buffer.concat([member, member, Buffer.alloc(100_000)]), { size })).toEqual({
        text: content + content,
      });
    },
  );

  it('gives the same of what is truncated, however slowly it is read', async () => {
    const truncated = whole.subarray(0, whole.length >> 1);
    const fast = await read(truncated);
    expect(fast.code).toBe('Z_BUF_ERROR');
    expect(fast.text.length).toBeGreaterThan(text.length / 3);
    expect(text.startsWith(fast.text)).toBe(true);
    expect(await read(truncated, { slow: true })).toEqual(fast);
  });

  it('gives the members before a damaged one', async () => {
    const damaged = Buffer.concat([
      gzipSync('good'),
      Buffer.alloc(16 * 1024 - gzipSync('good').length),
      Buffer.from('no'),
    ]);
    expect((await read(Buffer.concat([whole, whole.subarray(0, 10), Buffer.alloc(64, 7)]))).code).toBe('Z_DATA_ERROR');
    expect((await read(damaged)).text).toBe('good');
  });

  it('throws what its source throws, after what came before', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield whole;
      throw new Error('gone');
    }
    let length = 0;
    const reading = (async () => {
      for await (const chunk of gunzip(breaking())) length += chunk.length;
    })();
    await expect(reading).rejects.toThrow('gone');
    expect(length).toBe(text.length);
  });

  it('can be left before its end', async () => {
    for await (const chunk of gunzip(chunksOf(whole, 1000))) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });
});
