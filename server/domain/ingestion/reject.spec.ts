import fc from 'fast-check';
import { REJECT_REASONS } from '../message/message.js';
import { RejectPacker, unpackRejects, viewOfReject, type Reject } from './reject.js';

const reject = fc.record({
  line: fc.integer({ min: 1, max: 3 }),
  offset: fc.maxSafeNat(),
  reason: fc.constantFrom(...REJECT_REASONS),
  hint: fc.option(fc.string({ unit: 'grapheme', maxLength: 300 }), { nil: undefined }),
  bytes: fc.uint8Array({ maxLength: 200, size: 'max' }),
  isTruncated: fc.boolean(),
});
/** Rejects whose lines ascend. */
const rejects = fc.array(reject, { maxLength: 60 }).map((list) => {
  let line = 0;
  return list.map((one): Reject => ({ ...one, line: (line += one.line) }));
});

function packed(list: readonly Reject[], mostBytes: number): { all: Reject[]; taken: number; packer: RejectPacker } {
  const packer = new RejectPacker(mostBytes);
  const taken = list.filter((one) => packer.add(one)).length;
  const all = packer.blocks().flatMap((block) => [...unpackRejects(block)]);
  expect(packer.blocks().reduce((sum, block) => sum + block.count, 0)).toBe(all.length);
  return { all, taken, packer };
}

describe('rejects in blocks', () => {
  it('come out as they went in', () => {
    fc.assert(fc.property(rejects, (list) => expect(packed(list, Infinity).all).toEqual(list)));
  });

  it('take no more than their limit, and none after the first that does not fit', () => {
    fc.assert(
      fc.property(rejects, fc.nat({ max: 8_000 }), (list, mostBytes) => {
        const { all, taken, packer } = packed(list, mostBytes);
        expect(packer.blocks().reduce((sum, block) => sum + block.packed.length, 0)).toBeLessThanOrEqual(mostBytes);
        expect(all).toEqual(list.slice(0, taken));
        expect(packer.isClosed || taken === list.length).toBe(true);
      }),
    );
  });

  it('are in blocks of little more than 64 KiB, a long line among them', () => {
    const line = (size: number, number: number): Reject => ({
      line: number,
      offset: 0,
      reason: 'invalid_json',
      bytes: new Uint8Array(size),
      isTruncated: false,
    });
    const list = Array.from({ length: 2_000 }, (_, at) => line(at % 100 === 99 ? 65_536 : 1, at + 1));
    const { all, packer } = packed(list, Infinity);
    expect(all).toEqual(list);
    const sizes = packer.blocks().map((block) => block.packed.length);
    expect(Math.max(...sizes)).toBeLessThan(2 * 65_536 + 300);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(65_536);
  });

  it('of an earlier version are the first 200 characters of their lines', () => {
    const block = (text: string) => ({
      first: 7,
      packed: Buffer.from(`{"line":0,"offset":9,"reason":"invalid_json","text":${JSON.stringify(text)}}\n\n`),
    });
    const view = { line: 7, offset: 9, reason: 'invalid_json' };
    expect([...unpackRejects(block('a "b\ud800'))].map(viewOfReject)).toEqual([{ ...view, text: 'a "b\ufffd' }]);
    const long = '😀'.repeat(200);
    expect([...unpackRejects(block(long))].map(viewOfReject)).toEqual([{ ...view, text: long, truncated: true }]);
  });
});
