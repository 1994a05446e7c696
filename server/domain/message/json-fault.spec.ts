import fc from 'fast-check';
import { runs } from '../../../test/support/fast-check.js';
import { findJsonFault } from './json-fault.js';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '"a"',
  '1',
  '-',
  '0.5e3',
  '01',
  'true',
  'nul',
  '\\',
  '\\n',
  ' ',
  '\t',
  '\u00a0',
  'é',
];
const json = fc.json({ maxDepth: 3 });
/** JSON with one character changed, dropped or doubled. */
const mutated = fc
  .tuple(json, fc.nat(), fc.constantFrom('', ...TOKENS))
  .map(
    ([text, position, more]) => text.slice(0, position % text.length) + more + text.slice((position % text.length) + 1),
  );

describe('the fault of a JSON text', () => {
  it('is found where JSON.parse fails, and only there', () => {
    const noise = fc.array(fc.constantFrom(...TOKENS), { maxLength: 12 }).map((tokens) => tokens.join(''));
    fc.assert(
      fc.property(fc.oneof(json, mutated, noise), (text) => {
        expect(findJsonFault(text) === undefined).toBe(isJson(text));
      }),
      runs(2_000),
    );
  });

  it('lies behind what is still the beginning of JSON', () => {
    fc.assert(
      fc.property(json, fc.nat(), (text, position) => {
        const begun = text.slice(0, position % text.length);
        const fault = findJsonFault(begun);
        if (fault) expect(text.slice(fault.at).length).toBeGreaterThan(0);
        const broken = findJsonFault(`${text} \0`);
        expect(broken).toEqual({ at: text.length + 1, expected: 'end' });
      }),
    );
  });

  it('is found in a text of 64 KiB', () => {
    const long = 'x'.repeat(64 * 1024);
    expect(findJsonFault(`["${long}"]`)).toBeUndefined();
    expect(findJsonFault(`["${long}`)).toEqual({ at: 1, expected: 'value or ]' });
    expect(findJsonFault('['.repeat(64 * 1024))).toEqual({ at: 64 * 1024, expected: 'value or ]' });
  });
});
