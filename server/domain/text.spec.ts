import fc from 'fast-check';
import { compareIds, numericId, wireId } from './customer/customer-id.js';
import { compareCodePoints, hasUnsupportedCharacter, jsonHasUnsupportedCharacter } from './text.js';

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\0', '\\', '"', 'u0000', '\ud800', '\udc00'),
    fc.string({ unit: 'binary', maxLength: 1 }),
  ),
});

describe('text', () => {
  it('is ordered as its bytes of UTF-8 are', () => {
    const wellFormed = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(['😀', 'ｚ', '\ue000'].sort(compareCodePoints)).toEqual(['\ue000', 'ｚ', '😀']);
  });

  it('is unsupported with U+0000 or half of a surrogate pair, written as JSON or not', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const unsupported = Array.from(text).some((character) => /^[\0\ud800-\udfff]$/.test(character));
        expect(hasUnsupportedCharacter(text)).toBe(unsupported);
        expect(jsonHasUnsupportedCharacter(JSON.stringify({ a: [text] }))).toBe(unsupported);
        expect(jsonHasUnsupportedCharacter(JSON.stringify({ [text]: 1 }))).toBe(unsupported);
      }),
    );
  });
});

describe('ids', () => {
  it.each([
    ['0', 0],
    ['1004', 1004],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', '9007199254740992'],
    ['99999999999999999999', '99999999999999999999'],
    ['007', '007'],
    ['-1', '-1'],
    ['1e3', '1e3'],
    ['1.0', '1.0'],
    [' 1', ' 1'],
    ['', ''],
    ['２', '２'],
  ])('%j is %j on the wire', (id, expected) => {
    expect(wireId(id)).toBe(expected);
    expect(numericId(id)).toBe(typeof expected === 'number' ? expected : undefined);
  });

  it('come as numbers by number, then as texts by code point', () => {
    expect(['b', '10', '-1', '9', '😀', 'ｚ', '007'].sort(compareIds)).toEqual([
      '9',
      '10',
      '-1',
      '007',
      'b',
      'ｚ',
      '😀',
    ]);
  });
});
