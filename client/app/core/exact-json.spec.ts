import { JsonNumber, isBoundedNumber, parseJson, writeJson } from './exact-json';

describe('JSON with the characters of its numbers', () => {
  it.each([
    '1.0',
    '[-0,1e3,{"a":3544790567247868102,"b":"1.0","__proto__":[0.10]}]',
    '{"a":1.50,"":{},"b":[],"c":null,"d":true,"e":"\\n\\"\\u2028"}',
    '{"a":1.5,"b":": 1.0"}',
  ])('is written as it was read: %s', (json) => {
    expect(writeJson(parseJson(json))).toBe(json.replace('\\u2028', '\u2028'));
  });

  it('is parsed as JSON.parse does it', () => {
    const json = '{"b":1.0,"1":"x","b":{"c":[1,[2.0]]},"__proto__":1}';
    expect(writeJson(parseJson(json))).toBe('{"1":"x","b":{"c":[1,[2.0]]},"__proto__":1}');
    expect(() => parseJson('{"a":01.0}')).toThrow(SyntaxError);
  });

  it('is indented as JSON.stringify does it', () => {
    const value = { a: [1, { b: null }], c: {}, d: [], e: 'x' };
    expect(writeJson(value, '  ')).toBe(JSON.stringify(value, null, 2));
    expect(writeJson({ a: [new JsonNumber('1.0')] }, '  ')).toBe('{\n  "a": [\n    1.0\n  ]\n}');
  });

  it.each([
    ['9'.repeat(400), true],
    ['9'.repeat(401), false],
    ['1e399', true],
    ['1e400', false],
    ['1e-401', false],
    ['0e999', true],
  ])('knows whether %.10s has too many digits', (number, isBounded) => {
    expect(isBoundedNumber(number)).toBe(isBounded);
  });
});
