import fc from 'fast-check';
import { forEachMember, lastMember } from './json-members.js';

function membersOf(json: string): [string, string][] {
  const members: [string, string][] = [];
  forEachMember(json, (name, value) => members.push([name, value]));
  return members;
}

describe('the members of a JSON object', () => {
  it('are what JSON.parse finds, with their values as texts', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\\"', 'a\\\\', '{', ',', '😀', '\u2028', '1'));
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), name);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key }), (entries) => {
        const json = `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${JSON.stringify(one)}`).join(',')}}`;
        expect(membersOf(json)).toEqual(entries.map(([key, one]) => [key, JSON.stringify(one)]));
      }),
    );
  });

  it.each(['{"a', '{"a":"b', '{"a":[1,2'])('are not to be had of %s', (json) => {
    expect(() => membersOf(json)).toThrow('This is no JSON object.');
  });
});

describe('the last member of a name', () => {
  it.each([
    [' { "a" : 1 , "b" : [ 2 ] } ', 'a', '1'],
    [' { "a" : 1 , "b" : [ 2 ] } ', 'b', '[ 2 ]'],
    ['{"a":{"b":1},"a":"}\\""\n}', 'a', '"}\\""'],
    ['{"\\u0061":-1.5e3\t}', 'a', '-1.5e3'],
    ['{"b":{"a":1}}', 'a', undefined],
    ['{}', 'a', undefined],
    ['{ }', 'a', undefined],
  ])('of %s named %s is %s', (json, name, value) => {
    const found = lastMember(json, name);
    expect(found && json.slice(found.start, found.end)).toBe(value);
  });
});
