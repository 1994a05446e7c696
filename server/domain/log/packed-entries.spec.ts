import fc from 'fast-check';
import { LOG_MESSAGE, packed } from '../../../test/support/log-entries.js';
import { blockOf, entriesIn, unpackEntries } from './packed-entries.js';

describe('the entries of the log as bytes', () => {
  it('give back every message with its place', () => {
    fc.assert(
      fc.property(
        fc.array(LOG_MESSAGE, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        (messages, moment, first) => {
          const block = blockOf(messages.map(packed));
          const expected = messages.map((message, at) => ({ ...message, moment, index: first + at }));
          expect([...unpackEntries(block?.packed ?? new Uint8Array(0), moment, first)]).toEqual(expected);
        },
      ),
    );
  });

  it('say how many they are, and which times they span', () => {
    fc.assert(
      fc.property(fc.array(LOG_MESSAGE, { minLength: 1, maxLength: 8 }), (messages) => {
        const times = messages.map(({ time }) => time);
        const expected = { count: messages.length, firstTime: Math.min(...times), lastTime: Math.max(...times) };
        expect(blockOf(messages.map(packed))).toMatchObject(expected);
      }),
    );
  });

  it('begin at multiples of 8 bytes and can be cut apart', () => {
    fc.assert(
      fc.property(fc.array(LOG_MESSAGE, { minLength: 1, maxLength: 8 }), (messages) => {
        const entries = messages.map(packed);
        expect([...entriesIn(blockOf(entries)?.packed ?? new Uint8Array(0))]).toEqual(entries);
        for (const entry of entries) expect(entry.length % 8).toBe(0);
      }),
    );
  });

  it('are no block when there is none', () => {
    expect(blockOf([])).toBeUndefined();
  });
});
