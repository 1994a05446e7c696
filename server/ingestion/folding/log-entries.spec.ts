import { anySource, slowed } from '../../../test/support/any-line.js';
import { Draw } from '../../../test/support/any-request.js';
import { runs } from '../../../test/support/fast-check.js';
import { logsOf, naiveLogs, placedLines } from '../../../test/support/naive-entries.js';
import { readMessage } from '../../domain/message/message.js';
import { FoldedBatch } from '../../domain/customer/folded-batch.js';
import { CHUNK_BYTES } from '../scanning/chunk-layout.js';
import { LineReader } from '../sources/line-reader.js';
import { BatchBuilder } from './batch-builder.js';
import { LineFolder } from './line-folder.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const INGESTION = 4_000_000_007;
const logged = new BatchBuilder(KEY, INGESTION);

/** Reads a source into the builder, in chunks. */
async function read(builder: BatchBuilder, source: Buffer, chunkBytes = CHUNK_BYTES): Promise<void> {
  const folder = new LineFolder(builder, 0);
  const reader = await LineReader.begin(builder, { lines: 0, bytes: 0 }, folder.take);
  for (let at = 0; at < source.length; at += chunkBytes) {
    const chunk = source.subarray(at, at + chunkBytes);
    builder.bytes.set(chunk, builder.chunkStart);
    reader.push(chunk.length);
  }
  await reader.finish();
}

function batchOf(builder: BatchBuilder, withMessages = true): FoldedBatch {
  return new FoldedBatch(builder.finish(withMessages));
}

function lineOf(data: string, more = ''): string {
  return `{"id":"e","type":"event","name":"n","user_id":"u","timestamp":1,"data":${data}${more}}\n`;
}

/** The parts of all entries of a batch: line, offset, and texts. */
function partsOf(batch: FoldedBatch): { line: bigint; offset: bigint; data: string }[] {
  const entries = [...batch.customers()].flatMap((customer) => customer.logEntries());
  return entries.map((entry) => {
    const bytes = Buffer.from(entry);
    const start = 40 + bytes.readUInt16LE(32) + bytes.readUInt16LE(34);
    const data = bytes.toString('utf8', start, start + bytes.readUInt32LE(36));
    return { line: bytes.readBigUInt64LE(16), offset: bytes.readBigUInt64LE(24), data };
  });
}

describe('the entries of a batch', () => {
  it('are those of its distinct messages in the order of lines, scanned or parsed, with their place and their data as it came', async () => {
    const { numRuns } = runs(2);
    for (let seed = 1; seed <= numRuns; seed++) {
      const draw = new Draw(seed);
      const source = anySource(draw, 150);
      for (const one of [source, slowed(source)]) {
        await read(logged, one, draw.one([97, 1_000, CHUNK_BYTES]));
        const batch = batchOf(logged, draw.below(2) === 0);
        expect(logsOf(batch.customers())).toEqual(naiveLogs(placedLines(one), INGESTION));
      }
    }
  });

  it('are the same by way of buckets, with the lines before the range added', async () => {
    const { numRuns } = runs(1);
    for (let seed = 1; seed <= numRuns; seed++) {
      const draw = new Draw(1_000 + seed);
      const source = anySource(draw, 400);
      const chunks: { bucket: number; bytes: Uint8Array }[] = [];
      logged.beginBuckets(['2', '3', 'A', '__proto__'], (bucket, chunk) =>
        chunks.push({ bucket, bytes: Uint8Array.from(chunk) }),
      );
      await read(logged, source);
      logged.endBuckets();
      const before = draw.one([0, 7, 2 ** 33]);
      const logs = [0, 1, 2, 3, 4].flatMap((bucket) => {
        for (const { bytes } of chunks.filter((one) => one.bucket === bucket)) {
          logged.addChunk(bytes.length, (target) => target.set(bytes), before);
        }
        return [...logsOf(batchOf(logged).customers())];
      });
      const lines = placedLines(source).map((line) => ({ ...line, number: line.number + before }));
      expect(new Map(logs)).toEqual(naiveLogs(lines, INGESTION));
    }
  });

  it.each([
    ['scanned', ''],
    ['parsed', ',"\\u0078":0'],
  ])('have the data of a line that is %s as it stands in it', async (_way, more) => {
    const data = ['{ "a" :\t[ 1.50 , -0 ] }', '"\\u00e9\\/é😀"', 'null', `"${'x'.repeat(200_000)}"`];
    const lines = data.map((one, at) => lineOf(one, more).replace('"e"', `"${at}"`));
    const last = `{"id":"a","type":"attributes","user_id":"u","timestamp":2,"data": { "b" : "" , "a" : 1.50 }${more} }\r\n`;
    await read(logged, Buffer.from(`\ufeff${lines.join('\n')}${last}`));
    const parts = partsOf(batchOf(logged));
    expect(parts.map((part) => part.data)).toEqual([...data, '{ "b" : "" , "a" : 1.50 }']);
    expect(parts.map(({ line }) => line)).toEqual([1n, 3n, 5n, 7n, 8n]);
    expect(parts.map(({ offset }) => offset).slice(0, 2)).toEqual([0n, BigInt(lines[0].length + 4)]);
  });

  it('have no line where a message came without one, and are marked where the server stamped it', () => {
    const members = { id: 'a', type: 'attributes', user_id: 'u', timestamp: 1, data: { a: 1 } };
    const outcome = readMessage(members, Date.now(), undefined, undefined, { isStampedHere: true });
    if (outcome.kind !== 'message') throw new Error(`It is ${outcome.kind}.`);
    logged.add(outcome.message);
    const [customer] = batchOf(logged).customers();
    const [entry] = customer.logEntries();
    expect(entry[10]).toBe(5);
    expect(Buffer.from(entry).readBigUInt64LE(16)).toBe(0n);
  });

  it('are none without a log, whose messages and rows are as small as ever', async () => {
    const builder = new BatchBuilder(KEY, INGESTION);
    const source = Buffer.from(lineOf('{"a":"b"}'));
    const spooled = async (): Promise<number> => {
      let bytes = 0;
      builder.beginBuckets([], (_bucket, chunk) => (bytes += chunk.length));
      await read(builder, source);
      builder.endBuckets();
      return bytes;
    };
    expect(await spooled()).toBe(48 + 56);
    builder.restart(KEY);
    expect(await spooled()).toBe(48);
    await read(builder, source);
    const [customer] = batchOf(builder).customers();
    expect(customer.fresh().log).toBeUndefined();
    expect(customer.logEntries()).toEqual([]);
  });
});
