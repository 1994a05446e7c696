import { ARRIVAL, brief, liveFacts, outcomesOf } from '../../../test/support/live.js';
import { LIMITS } from '../../domain/limits.js';
import { MessageIdentifier, identityOf, type Identity } from '../../domain/message/message-identity.js';
import type { LiveFacts, LiveOutcome, LiveResult } from './live-call.js';
import { messagesAnswer, readMessages } from './messages.js';

const EVENT = { id: 'a', type: 'event', user_id: '1', name: 'page', timestamp: 1_428_067_050 };
const identifier = new MessageIdentifier(Uint32Array.of(1, 2, 3, 4));

function read(body: string | Uint8Array, facts: Partial<LiveFacts> = {}): ReturnType<typeof readMessages> {
  const bytes = Buffer.from(body as string);
  return readMessages(bytes, liveFacts({ bodyBytes: bytes.length, ...facts }));
}

function readOne(message: unknown, facts: Partial<LiveFacts> = {}): LiveOutcome {
  return outcomesOf(read(JSON.stringify(message), facts))[0];
}

it.each([
  ['a list', (messages: readonly string[]) => `[${messages.join()}]`],
  ['JSON lines', (messages: readonly string[]) => messages.join('\n')],
])('%s of many messages is read a few at a time', (_, join) => {
  const reading = read(
    join(Array.from({ length: 1_200 }, (_message, at) => JSON.stringify({ ...EVENT, id: `${at}` }))),
  );
  if (reading.kind === 'malformed') throw new Error(reading.message);
  const more = [reading.readMore?.(), reading.outcomes.length, reading.readMore?.(), reading.outcomes.length];
  expect(more).toEqual([true, 1_000, false, 1_200]);
  expect(reading.outcomes.at(-1)).toMatchObject({ message: { id: '1199' } });
});

function timeOf(timestamp: unknown): number | undefined {
  const outcome = readOne({ ...EVENT, timestamp });
  return outcome.kind === 'message' ? outcome.message.timestamp : undefined;
}

function identityOfOne(message: unknown, facts: Partial<LiveFacts> = {}): Identity {
  const outcome = readOne(message, facts);
  if (outcome.kind !== 'message') throw new Error(outcome.kind);
  identifier.identify(outcome.message);
  return identityOf(identifier.lanes);
}

describe('a body', () => {
  const line = JSON.stringify(EVENT);
  const page = { event: 'page', of: '1' };

  it.each([
    ['one message', line, false, [page]],
    ['one message over several lines', JSON.stringify(EVENT, undefined, 2), false, [page]],
    ['one line with its end', `${line}\n`, false, [page]],
    ['a list', `[${line},${line}]`, true, [page, page]],
    ['a list of one', `[${line}]`, true, [page]],
    ['a list without a message', '[]', true, []],
    ['JSON lines', `${line}\n${line}`, true, [page, page]],
    [
      'JSON lines with CRLF, blank lines and a byte-order mark',
      `\uFEFF\r\n${line}\r\n \n\r\n${line}\r\n`,
      true,
      [page, page],
    ],
    ['a list with a byte-order mark', `\uFEFF[${line}]`, true, [page]],
    [
      'JSON lines of which some are wrong',
      `{"id":}\n${line}\n5\n`,
      true,
      [{ rejected: 'invalid_json', field: undefined }, page, { rejected: 'not_an_object', field: undefined }],
    ],
    [
      'a list of which some are wrong',
      `[null,${line},[],{"type":"other"}]`,
      true,
      [
        { rejected: 'not_an_object', field: undefined },
        page,
        { rejected: 'not_an_object', field: undefined },
        { rejected: 'unknown_type', field: 'type' },
      ],
    ],
    ['a text', '"text"', false, [{ rejected: 'not_an_object', field: undefined }]],
  ])('can be %s', (_, body, isList, outcomes) => {
    const reading = read(body);
    expect(reading).toMatchObject({ kind: 'read', isList });
    expect(outcomesOf(reading).map(brief)).toEqual(outcomes);
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n '],
    ['no JSON', 'id=1&type=event'],
    ['a list that is not closed', `[\n${line},\n${line}\n`],
    ['a message that is not closed', line.slice(0, -1)],
    ['a message over several lines that is not closed', JSON.stringify(EVENT, undefined, 2).slice(0, -1)],
    ['several columns', 'id,type\n1,event\n'],
  ])('cannot be %s', (_, body) => {
    expect(read(body)).toMatchObject({ kind: 'malformed', code: 'invalid_json' });
  });

  it.each([
    ['a list', '[ {"id" : 1.0}, 5 ]', ['{"id":1.0}', '5']],
    ['JSON lines', Buffer.from('{"id" : 1.0}\n\n {"\xff"}\n', 'latin1'), ['{"id" : 1.0}', '{"\uFFFD"}']],
    ['one message', '{"id" : 1.0}', ['{"id":1.0}']],
  ])('gives the text of each item of %s, to keep with its rejection', (_, body, texts) => {
    const reading = read(body);
    if (reading.kind === 'malformed') throw new Error(reading.message);
    expect(reading.outcomes.map((__, index) => reading.textOf(index))).toEqual(texts);
  });

  it('rejects a line that is no UTF-8 alone, and a list with such bytes as a whole', () => {
    const bytes = Buffer.from(`${line}\n{"id":"\xff"}\n`, 'latin1');
    expect(outcomesOf(read(bytes)).map(brief)).toEqual([page, { rejected: 'invalid_utf8', field: undefined }]);
    expect(read(Buffer.from('["\xff"]', 'latin1'))).toMatchObject({ kind: 'malformed', code: 'invalid_json' });
  });

  it('rejects a message of more than 1 MiB alone, in a list and in lines', () => {
    const long = (data: number): string => JSON.stringify({ ...EVENT, data: 'x'.repeat(data) });
    const most = LIMITS.lineBytes - long(0).length;
    const rejected = { rejected: 'line_too_long', field: undefined };
    const bodies = [`[${long(most + 1)},${long(most)}]`, `${long(most + 1)}\n${long(most)}`];
    const results = bodies.map((body) => outcomesOf(read(body)).map(brief));
    const taken = { ...page, data: 'x'.repeat(most) };
    expect(results).toEqual([
      [rejected, taken],
      [rejected, taken],
    ]);
  });

  it('has its first 1 000 rejects explained, and all of them told', () => {
    const messagesIn = (body: string): Set<string> =>
      new Set(outcomesOf(read(body)).map((one) => (one.kind === 'rejected' ? one.reject.message : one.kind)));
    const wrongOne = JSON.stringify({ ...EVENT, timestamp: 'x' });
    const bodies = [
      `[${`${wrongOne},`.repeat(2_000)}${line}]`,
      `${`${wrongOne}\n`.repeat(2_000)}${line}`,
      `${'{"id":}\n'.repeat(2_000)}${line}`,
    ];
    for (const body of bodies) {
      const outcomes = outcomesOf(read(body));
      expect(outcomes).toHaveLength(2_001);
      expect(outcomes.filter(({ kind }) => kind === 'rejected')).toHaveLength(2_000);
      expect(messagesIn(body).size).toBe(3);
      expect(outcomes[999]).toEqual(outcomes[0]);
      expect(outcomes[1_000]).not.toEqual(outcomes[0]);
    }
  });

  it('has at most 200 000 messages', () => {
    expect(read(`[${'1,'.repeat(LIMITS.liveMessages)}1]`)).toMatchObject({
      kind: 'malformed',
      code: 'payload_too_large',
    });
  });
});

describe('a message', () => {
  it.each([
    [1_428_067_050, 1_428_067_050_000],
    [1_428_067_050.25, 1_428_067_050_250],
    [1_428_067_050_123, 1_428_067_050_123],
    ['1428067050', 1_428_067_050_000],
    ['1428067050.1239', 1_428_067_050_123],
    ['1428067050123', 1_428_067_050_123],
    ['0', 0],
    ['2015-04-03T13:17:30.5Z', 1_428_067_050_500],
    ['2015-04-03T15:17:30.5+02:00', 1_428_067_050_500],
    [undefined, ARRIVAL],
    [null, undefined],
    [ARRIVAL + 86_400_000, ARRIVAL + 86_400_000],
    [ARRIVAL + 86_400_001, undefined],
    [String(ARRIVAL + 86_400_001), undefined],
    ['', undefined],
    ['-1', undefined],
    ['yesterday', undefined],
    [true, undefined],
    [{}, undefined],
  ])('of %p happens at %p', (timestamp, time) => {
    expect(timeOf(timestamp)).toBe(time);
  });

  it('keeps the digits of its timestamp and of its values', () => {
    const body =
      '{"id":"a","type":"attributes","user_id":"1","timestamp":1428067050.1239999999,"data":{"n":1.0,"m":[3544790567247868102]}}';
    expect(outcomesOf(read(body))).toMatchObject([
      {
        message: {
          timestamp: 1_428_067_050_123,
          changes: [
            { name: 'n', value: '1.0' },
            { name: 'm', value: '[3544790567247868102]' },
          ],
        },
      },
    ]);
  });

  it('keeps the digits in the data of an event, however many they are', () => {
    const digits = '9'.repeat(500);
    const [outcome] = outcomesOf(
      read(`{"id":"a","type":"event","user_id":"1","name":"n","data":{"a":${digits},"b":1.50}}`),
    );
    const data = outcome.kind === 'message' && outcome.message.type === 'event' ? outcome.message.data?.() : undefined;
    expect(Buffer.from(data ?? []).toString()).toBe(`{"a":${digits},"b":1.50}`);
  });

  it.each([
    [{ id: undefined }, 'made-0', true],
    [{ id: 7 }, '7', false],
    [{ id: ' a ' }, ' a ', false],
  ])('of %p has the id %s', (members, id, isIdMade) => {
    expect(readOne({ ...EVENT, ...members })).toMatchObject({ message: { id }, isIdMade });
  });

  it.each([
    [{ id: '' }, 'invalid_id', 'id', '"id" is empty.'],
    [{ id: null }, 'invalid_id', 'id', /^"id" is null\./],
    [{ id: 1.5 }, 'invalid_id', 'id', '"id" is 1.5. It must be a text or a whole number up to 9007199254740991.'],
    [{ user_id: 'x'.repeat(151) }, 'invalid_user_id', 'user_id', '"user_id" has 151 bytes. At most 150 are taken.'],
    [{ timestamp: 'x' }, 'invalid_timestamp', 'timestamp', /^"timestamp" is "x"\. It is no time that can be read\./],
    [{ name: '' }, 'invalid_event_name', 'name', '"name" is empty.'],
    [{ type: 'attributes' }, 'invalid_data', 'data', /^"data" is missing\./],
    [{ name: 'a\0' }, 'unsupported_character', undefined, /U\+0000/],
  ])('with %p is rejected as %s', (members, reason, field, message) => {
    const matching: unknown = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(readOne({ ...EVENT, ...members })).toMatchObject({
      kind: 'rejected',
      reject: { reason, field, message: matching },
    });
  });

  it.each([[undefined], [null], ['']])('with the user_id %p is anonymous, whatever else it holds', (userId) => {
    expect(readOne({ ...EVENT, user_id: userId, timestamp: 'x' })).toEqual({
      kind: 'anonymous',
      id: 'a',
      isIdMade: false,
    });
  });

  it('with an empty text removes the attribute, or keeps it', () => {
    const message = { id: 'a', type: 'attributes', user_id: '1', data: { a: '', b: null, c: [''] } };
    expect(brief(readOne(message))).toEqual({ attributes: { a: null, b: null, c: [''] }, of: '1' });
    expect(brief(readOne(message, { keepsEmptyText: true }))).toEqual({
      attributes: { a: '', b: null, c: [''] },
      of: '1',
    });
  });

  it('says whether it may create its customer', () => {
    expect(readOne(EVENT)).toMatchObject({ ifUnknown: 'create' });
    expect(readOne(EVENT, { mayCreate: false })).toMatchObject({ ifUnknown: 'reject' });
  });

  it('is the same when it arrives again without a time, and another one with one', () => {
    const message = { id: 'a', type: 'attributes', user_id: '1', data: { plan: 'pro' } };
    expect(identityOfOne(message)).toBe(identityOfOne(message, { arrival: ARRIVAL + 5_000 }));
    expect(identityOfOne({ ...message, timestamp: 1 })).not.toBe(identityOfOne({ ...message, timestamp: 2 }));
    expect(identityOfOne({ ...message, data: {} })).not.toBe(identityOfOne(message));
  });
});

describe('the answer', () => {
  const reject = { reason: 'invalid_timestamp', field: 'timestamp', message: 'It is wrong.' } as const;
  const result = (fate: LiveResult['fate'], id = 'a', isIdMade = false): LiveResult => ({ id, isIdMade, fate });

  it('counts every message', () => {
    const fates = ['accepted', 'duplicate', 'stale', 'anonymous', 'accepted', reject] as const;
    expect(
      messagesAnswer(
        fates.map((fate) => result(fate)),
        true,
      ),
    ).toEqual({
      status: 200,
      body: {
        accepted: 2,
        duplicates: 1,
        stale: 1,
        anonymous: 1,
        rejected: [{ index: 5, reason: 'invalid_timestamp', message: 'It is wrong.' }],
      },
    });
  });

  it('returns the ids if one was made', () => {
    const results = [result('accepted', 'b', true), { ...result(reject), id: undefined }, result('accepted')];
    expect(messagesAnswer(results, true).body.ids).toEqual(['b', null, 'a']);
  });

  it('to a single message that is rejected is an error', () => {
    expect(messagesAnswer([result(reject)], false)).toMatchObject({
      status: 400,
      body: { statusCode: 400, error: 'Bad Request', code: 'invalid_timestamp', message: 'It is wrong.', accepted: 0 },
    });
    expect(messagesAnswer([result(reject)], true)).toMatchObject({ status: 200 });
  });
});

describe('a large list', () => {
  /** White space that makes a body large and changes nothing. */
  const SPACE = ' '.repeat(70_000);
  const line = JSON.stringify(EVENT);
  const outcomes = (reading: ReturnType<typeof readMessages>): unknown => {
    if (reading.kind === 'malformed') return reading;
    for (let more = reading.readMore?.(); more; more = reading.readMore?.()) if (more !== true) return more;
    return reading.outcomes.map((outcome, at) => [brief(outcome), reading.textOf(at)]);
  };

  it.each([
    ['messages', [line, `  ${line}\n`, '{"a":"\\"],[\\\\"}', '[[1],{"b":[2]}]', 'null', '1.0', '"é,]"'].join()],
    ['a long number', `${line},{"id":12345678901234567890}`],
    ['nothing', ' '],
    ['an empty item', `${line},,${line}`],
    ['a comma at the end', `${line},`],
    ['an item that is no JSON', `${line},{"a"}`],
    ['brackets that do not match', `${line},{]}`],
    ['a text without an end', `${line},"a`],
    ['an end within an item', `${line}],[1`],
    ['an object in place of its end', `${line},1}`],
    ['a byte-order mark in an item', `${line},\uFEFF1`],
    ['many levels', `${'['.repeat(LIMITS.depth)}${']'.repeat(LIMITS.depth)}`],
  ])('of %s is read as a small one is', (_, items) => {
    for (const mark of ['', '\uFEFF']) {
      const small = read(`${mark}[${items}]`);
      expect(outcomes(read(`${mark}${SPACE}[${items}]${SPACE}`))).toEqual(outcomes(small));
    }
    for (const rest of ['x', ']', `,${line}`]) {
      expect(outcomes(read(`${SPACE}[${items}]${rest}`))).toEqual(outcomes(read(`[${items}]${rest}`)));
    }
  });

  it('is malformed if one of its last messages is, which is found when the others are read', () => {
    const reading = read(`[${Array.from({ length: 1_200 }, () => line).join()},{"a":1,}]`);
    if (reading.kind === 'malformed') throw new Error(reading.message);
    expect(reading.outcomes).toHaveLength(500);
    expect([reading.readMore?.(), reading.readMore?.()]).toEqual([
      true,
      { kind: 'malformed', code: 'invalid_json', message: 'The body is not valid JSON.' },
    ]);
  });

  it('of bytes that are not UTF-8 is malformed', () => {
    const bytes = Buffer.concat([Buffer.from(`${SPACE}["`), Uint8Array.of(0xff), Buffer.from('"]')]);
    expect(read(bytes)).toMatchObject({ code: 'invalid_json', message: 'The body is not valid UTF-8.' });
  });
});
