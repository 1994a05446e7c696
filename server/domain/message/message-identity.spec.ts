import fc from 'fast-check';
import { parseLine } from '../../ingestion/scanning/parse-line.js';
import { identityOf, MessageIdentifier, type Identity } from './message-identity.js';
import { readMessage, type ReadOutcome } from './message.js';

const identifier = new MessageIdentifier(Uint32Array.of(1, 2, 3, 4));

function identify(outcome: ReadOutcome | { kind: 'blank' }): Identity {
  if (outcome.kind !== 'message') throw new Error('This is no message.');
  identifier.identify(outcome.message);
  return identityOf(identifier.lanes);
}

function lineOf(data: string): string {
  return `{"id":"a","type":"attributes","user_id":"1","data":${data},"timestamp":1428067050}`;
}

/** The identity of a line with this data. */
function identityWith(data: string): Identity {
  return identify(parseLine(Buffer.from(lineOf(data)), false, 2e12));
}

/** The identity that versions gave which knew numbers as doubles only. */
function earlierIdentityWith(data: string): Identity {
  return identify(readMessage(JSON.parse(lineOf(data)), 2e12));
}

function hex(identity: Identity): string {
  return Array.from({ length: 8 }, (_, i) => identity.charCodeAt(i).toString(16).padStart(4, '0')).join('');
}

describe('the identity of an attributes message', () => {
  it('is that of earlier versions, for every number that a double holds as it is written', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const written = double.chain((value) => {
      const exponential = value.toExponential();
      const [mantissa, exponent] = exponential.split('e');
      const padded = `${mantissa}${mantissa.includes('.') ? '' : '.'}00E${exponent}`;
      return fc.constantFrom(JSON.stringify(value), exponential, padded);
    });
    fc.assert(
      fc.property(written, fc.constantFrom('#', '[1,{"b":#,"a":null}]'), (number, value) => {
        const data = `{"x":${value.replace('#', number)}}`;
        expect(identityWith(data)).toBe(earlierIdentityWith(data));
      }),
    );
  });

  it.each([
    ['{"a":1,"b":-0.5e-7,"c":-0}', '7ead4f9efc1bdaf4cd1aca0f148946f6'],
    ['{"a":[1e21,{"b":"1.0","a":null}],"id":7,"c":""}', 'a85c9b39ca87e615bde03a6ed5794368'],
  ])('of %s never changes', (data, expected) => {
    expect(hex(identityWith(data))).toBe(expected);
  });

  it.each([
    ['1.0', '1'],
    ['-0.0', '0'],
    ['{"a":[1E2]}', '{"a":[100]}'],
    ['3544790567247868102', '3544790567247868102.0'],
    [`${'['.repeat(300)}1.50${']'.repeat(300)}`, `${'['.repeat(300)}1.5${']'.repeat(300)}`],
  ])('is the same for %.20s and %.20s', (a, b) => {
    expect(identityWith(`{"x":${a}}`)).toBe(identityWith(`{"x":${b}}`));
  });

  it.each([
    ['3544790567247868102', '3544790567247868000'],
    ['0.1', '0.1000000000000000055'],
    ['1.0', '"1.0"'],
    ['1', '"1"'],
    ['1e399', '1e398'],
  ])('is not the same for %s and %s', (a, b) => {
    expect(identityWith(`{"x":${a}}`)).not.toBe(identityWith(`{"x":${b}}`));
  });

  it.each([
    [true, '{"a":1}', 1_428_067_051, true],
    [true, '{"a":2}', 1_428_067_050, false],
    [false, '{"a":1}', 1_428_067_051, false],
  ])(
    'that the server has stamped (%s) holds the data, but not the time: %s at %s',
    (isStampedHere, data, timestamp, isSame) => {
      const identityAt = (text: string, time: number): Identity => {
        const value: unknown = JSON.parse(lineOf(text).replace('1428067050', String(time)));
        return identify(readMessage(value, 2e12, undefined, undefined, { isStampedHere }));
      };
      expect(identityAt(data, timestamp) === identityAt('{"a":1}', 1_428_067_050)).toBe(isSame);
      expect(identityAt('{"a":1}', 1_428_067_050) === identityWith('{"a":1}')).toBe(!isStampedHere);
    },
  );
});
