import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Spools, type Spool, type SpoolWriter } from './spool.js';

const MIB = 1024 * 1024;
const LIMITS = { writers: 2, waiting: 1, patienceMs: 60_000, bytes: 16 * MIB };
const HERE = new AbortController().signal;

describe('spools', () => {
  let folder: string;
  let spools: Spools;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'roster-'));
    spools = new Spools(folder, LIMITS);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keep what was written since the last start, in a file without a name', async () => {
    const spool = await spools.write(HERE, async (writer) => {
      await writer.write(Buffer.from('first try'));
      await writer.restart();
      await writer.write(Buffer.from('ä'));
      await writer.write(Buffer.from('b'));
    });
    expect(readdirSync(folder)).toEqual([]);
    expect(spool.bytes).toBe(3);
    expect(await text(spool.stream())).toBe('äb');
  });

  it('end where they are when a customer is erased, and later ones are written', async () => {
    const begun = spools.write(HERE, async (writer) => {
      await writer.write(Buffer.from('x'));
      spools.drop();
      await writer.write(Buffer.from('y'));
    });
    await expect(begun).rejects.toMatchObject({ code: 'busy' });
    const sent = (await spools.write(HERE, (writer) => writer.write(Buffer.from('x'.repeat(MIB))))).stream();
    const prepared = await spools.write(HERE, (writer) => writer.write(Buffer.from('x')));
    spools.drop();
    await expect(text(sent)).rejects.toThrow('A customer was erased');
    await expect(text(prepared.stream())).rejects.toThrow('A customer was erased');
    const later = await spools.write(HERE, (writer) => writer.write(Buffer.from('z')));
    expect(await text(later.stream())).toBe('z');
  });

  it('are written a few at a time; a few more wait, and others are refused', async () => {
    const [started, ends] = [[] as number[], [] as (() => void)[]];
    const write = (number: number, signal = HERE): Promise<Spool> =>
      spools.write(signal, () => new Promise((resolve) => (started.push(number), ends.push(resolve))));
    const client = new AbortController();
    const first = write(1);
    while (ends.length < 1) await new Promise(setImmediate);
    const all = [first, write(2)];
    const left = write(3, client.signal);
    await expect(write(4)).rejects.toMatchObject({ code: 'busy' });
    client.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    const fifth = write(5);
    while (ends.length < 2) await new Promise(setImmediate);
    ends[0]();
    while (ends.length < 3) await new Promise(setImmediate);
    ends.forEach((end) => end());
    for (const spool of await Promise.all([...all, fifth])) await spool.close();
    expect(started).toEqual([1, 2, 5]);
  });

  it('have a limit of bytes in all, and give theirs back when they are read or fail', async () => {
    const impatient = new Spools(folder, { ...LIMITS, patienceMs: 1 });
    const eight = (writer: SpoolWriter): Promise<void> => writer.write(Buffer.from('x'.repeat(8 * MIB)));
    const [first, second] = [await impatient.write(HERE, eight), await impatient.write(HERE, eight)];
    await expect(impatient.write(HERE, eight)).rejects.toMatchObject({ code: 'busy' });
    const failure = impatient.write(HERE, async () => {
      throw new Error('broken');
    });
    await expect(failure).rejects.toThrow('broken');
    expect(await text(first.stream())).toHaveLength(8 * MIB);
    const third = await impatient.write(HERE, eight);
    await Promise.all([second.close(), third.close()]);
    const tooLong = spools.write(HERE, async (writer) => {
      await eight(writer);
      await eight(writer);
      await writer.write(Buffer.from('x'));
    });
    await expect(tooLong).rejects.toMatchObject({ code: 'invalid_request' });
  });
});
