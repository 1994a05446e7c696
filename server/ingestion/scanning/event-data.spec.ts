import fc from 'fast-check';
import { parseJson } from '../../domain/json.js';
import { readMessage, type Message } from '../../domain/message/message.js';
import type { MessageSink } from '../../domain/message/message-sink.js';
import { BatchBuilder } from '../folding/batch-builder.js';
import { LineFolder } from '../folding/line-folder.js';
import type { LineScanner, ScanResult } from './line-scanner.js';
import { parseLine } from './parse-line.js';
import { ADDED } from './scan-result.js';
import { runs } from '../../../test/support/fast-check.js';

const NOW = 1_500_000_000_000;
const builder = new BatchBuilder(Uint32Array.of(5, 6, 7, 8));

/** A sink that copies the `data` of events, as a log would, and hands the messages on. */
class DataLog implements MessageSink, LineScanner {
  /** For each message its `data`, or undefined. */
  readonly scanned: (string | undefined)[] = [];
  readonly added: (string | undefined)[] = [];

  constructor(private readonly sink: BatchBuilder) {}

  get bytes(): Buffer {
    return this.sink.bytes;
  }

  get chunkStart(): number {
    return this.sink.chunkStart;
  }

  get scannedData(): Uint8Array | undefined {
    return this.sink.scannedData;
  }

  scan(start: number, length: number, latest: number, number: number, offset: number): ScanResult {
    const result = this.sink.scan(start, length, latest, number, offset);
    if (result === ADDED) this.scanned.push(textOf(this.sink.scannedData));
    return result;
  }

  add(message: Message): void {
    this.added.push(message.type === 'event' ? textOf(message.data?.()) : undefined);
    this.sink.add(message);
  }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('latin1');
}

const space = fc.constantFrom('', '', '', ' ', '\t', ' \r', '\n ');
/** JSON in forms that `JSON.stringify` does not write as well. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json)),
  fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json, undefined, 1)),
  fc.constantFrom(
    '{"data":{"data":1}}',
    '"}\\",\\"data\\":1"',
    '"\\\\"',
    '[ 1.50e+3 , -0 ]',
    '{ }',
    '"é\\u00E9😀\\ud800"',
    '[[],{"a":"]"}]',
    '1e999',
    'null',
  ),
);
const name = fc.constantFrom('data', 'data', 'data', 'd\\u0061ta', 'Data', 'dat', 'other', 'datab', 'é');
const type = fc.constantFrom('event', 'event', 'event', 'attributes');

interface Written {
  readonly text: string;
  readonly data: string | undefined;
  readonly type: string;
}

/** A line of a valid message with members in any order, and the value of its last member `data` as it was written. */
const line = fc
  .record({ type, extra: fc.array(fc.tuple(name, value), { maxLength: 3 }), seed: fc.nat(), space })
  .map(({ type, extra, seed, space }): Written => {
    const members: [string, string][] = [
      ['id', `"${seed}"`],
      ['type', `"${type}"`],
      ['user_id', '"u"'],
      ['name', '"n"'],
      ['timestamp', '1'],
      ...extra,
    ];
    for (let i = members.length - 1; i > 0; i--) {
      const j = (seed >>> i) % (i + 1);
      [members[i], members[j]] = [members[j], members[i]];
    }
    const written = members.map(([name, value]) => `${space}"${name}"${space}:${space}${value}${space}`);
    const data = members.filter(([name]) => JSON.parse(`"${name}"`) === 'data').at(-1)?.[1];
    return { text: `{${written.join(',')}}`, data: data && Buffer.from(data).toString('latin1'), type };
  });

/** Reads a line through a {@link DataLog}. */
function logged(text: string): DataLog {
  const log = new DataLog(builder);
  const bytes = Buffer.from(text);
  builder.bytes.set(bytes, builder.chunkStart);
  const place = { start: builder.chunkStart, length: bytes.length, offset: 0, end: bytes.length };
  new LineFolder(log, 0).take({ number: 1, tooLong: false, ...place });
  builder.finish(false);
  return log;
}

describe('the data of an event', () => {
  it('is the bytes of the last member data as they stand in the line, scanned or parsed', () => {
    let [scanned, parsed] = [0, 0];
    fc.assert(
      fc.property(line, ({ text, data, type }) => {
        const log = logged(text);
        const expected = type === 'event' ? data : undefined;
        const messages = [...log.scanned, ...log.added];
        if (type === 'event') expect(messages).toEqual([expected]);
        for (const one of messages) expect(one).toBe(expected);
        scanned += log.scanned.length;
        parsed += log.added.length;
      }),
      runs(500),
    );
    expect(Math.min(scanned, parsed)).toBeGreaterThan(50);
  });

  it('is a view of the line, which copies nothing', () => {
    fc.assert(
      fc.property(line, ({ text, data }) => {
        const bytes = Buffer.concat([Buffer.from('before'), Buffer.from(text)]).subarray(6);
        const outcome = parseLine(bytes, false, NOW);
        if (outcome.kind !== 'message' || outcome.message.type !== 'event') return;
        const found = outcome.message.data?.();
        expect(textOf(found)).toBe(data);
        if (found) expect(found.buffer).toBe(bytes.buffer);
      }),
    );
  });

  it('is forgotten with the next message', () => {
    logged('{"id":"1","type":"event","name":"n","user_id":"u","data":{"a":1},"timestamp":1}');
    expect(textOf(builder.scannedData)).toBe('{"a":1}');
    logged('{"id":"1","type":"event","name":"n","user_id":"u","timestamp":1}');
    expect(builder.scannedData).toBeUndefined();
    logged('{"id":"1","type":"event","name":"n","user_id":"u","data":{"a":1},"timestamp":1}');
    logged('{"id":"1","type":"attributes","user_id":"u","data":{"a":1},"timestamp":1}');
    expect(builder.scannedData).toBeUndefined();
  });

  it('is written as JSON where a message comes without a line', () => {
    const members = { id: '1', type: 'event', name: 'n', user_id: 'u', timestamp: 1 };
    const dataOf = (value: object): string | undefined => {
      const outcome = readMessage(value, NOW);
      if (outcome.kind !== 'message') throw new Error('This is no message.');
      const { message } = outcome;
      return textOf(message.type === 'event' ? message.data?.() : message.dataBytes());
    };
    expect(dataOf({ ...members, data: { a: [1, null] } })).toBe('{"a":[1,null]}');
    expect(dataOf({ ...members, data: null })).toBe('null');
    expect(dataOf(members)).toBeUndefined();
    const data = parseJson('{ "a": 1.0, "b": [1e3] }');
    expect(dataOf({ ...members, type: 'attributes', data })).toBe('{"a":1.0,"b":[1e3]}');
  });
});
