import fc from 'fast-check';
import { keptRead } from './kept-read.js';
import { TieredReads } from './tiered-reads.js';

const KIB = 1024;
const textOf = (json: string | Uint8Array | undefined): string => Buffer.from(json ?? '').toString();

describe('reads that are kept in the process', () => {
  it('come back as they were, with their date', async () => {
    const reads = new TieredReads({ name: 'test', bytes: 64 * KIB });
    const json = '{"id":1,"attributes":{"name":"Zoë 李\\n"}}';
    reads.keep('1', { json: Buffer.from(json), at: 1.25 });
    expect(await reads.find('1')).toMatchObject({ json, at: 1.25 });
    expect(await reads.find('2')).toBeUndefined();
  });

  it('are gone when they are dropped, one or several', async () => {
    const reads = new TieredReads({ name: 'test', bytes: 64 * KIB });
    for (const id of ['1', '2', '3']) reads.keep(id, { json: '{}', at: 1 });
    reads.drop(['1', '3']);
    expect(await Promise.all(['1', '2', '3'].map(async (id) => (await reads.find(id))?.json))).toEqual([
      undefined,
      '{}',
      undefined,
    ]);
  });

  it('never have more bytes than they may, and go in the order of their last use', async () => {
    const reads = new TieredReads({ name: 'test', bytes: 64 * KIB });
    const found = async (): Promise<string[]> => {
      const ids = Array.from({ length: 200 }, (_, id) => String(id));
      const all = await Promise.all(ids.map(async (id) => [id, await reads.find(id)] as const));
      return all.filter(([, read]) => read).map(([id]) => id);
    };
    for (let id = 0; id < 200; id++) {
      reads.keep(String(id), { json: JSON.stringify('x'.repeat(KIB)), at: 1 });
      await reads.find('0');
    }
    const kept = await found();
    expect(kept.length).toBeLessThanOrEqual(64);
    expect(kept.length).toBeGreaterThan(50);
    expect([kept[0], kept.at(-1)]).toEqual(['0', '199']);
  });

  it('hold no customer that is a large part of it', async () => {
    const reads = new TieredReads({ name: 'test', bytes: 64 * KIB });
    reads.keep('1', { json: JSON.stringify('x'.repeat(5 * KIB)), at: 1 });
    expect(await reads.find('1')).toBeUndefined();
  });
});

describe('a read as text', () => {
  it('is read back as it was', () => {
    const time = fc.double({ noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), time, time, fc.uuid(), (json, at, date, by) => {
        const entry = { value: { json, at, date, by }, createdAt: 1, logicalExpiration: 2 };
        const read = keptRead.deserialize(keptRead.serialize(entry)) as typeof entry;
        expect({ ...read, value: { ...read.value, json: textOf(read.value.json) } }).toEqual({
          ...entry,
          value: { json: textOf(json), at: at + 0, date: date + 0, by },
        });
      }),
    );
  });
});
