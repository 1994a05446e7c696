import { excessIn } from './json-extent.js';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('the extent of JSON', () => {
  it.each([
    ['[[[]]]', 3],
    ['[[],[],[[]]]', 3],
    ['{"a":{"b":[1]}}', 3],
    ['{"[[[[[[":"\\"[[[[[[\\\\"}', 1],
  ])('of %s has its depth', (json, depth) => {
    expect(excessIn(bytes(json), { depth })).toBeUndefined();
    expect(excessIn(bytes(json), { depth: depth - 1 })).toBe('depth');
  });

  it.each([
    ['[1,2,3]', 3],
    ['{"a":1,"b":2}', 2],
    ['[[1,2],{"a":3}]', 5],
    ['[",,,,","\\",,[{"]', 2],
  ])('of %s has its values', (json, values) => {
    expect(excessIn(bytes(json), { depth: 10, values })).toBeUndefined();
    expect(excessIn(bytes(json), { depth: 10, values: values - 1 })).toBe('values');
  });
});
