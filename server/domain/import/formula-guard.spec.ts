import fc from 'fast-check';
import { guarded, unguarded } from './formula-guard.js';

describe('the guard of a formula', () => {
  it.each(['=1', ' +1', '\t-1', '\u3000＠a', '\t\t=x'])('stands before %j and is removed again', (text) => {
    expect(guarded(text)).toBe(`\t${text}`);
    expect(unguarded(`\t${text}`)).toBe(text);
  });

  it.each(['a=1', '\ta', '', '\t'])('does not stand before %j, which stays', (text) => {
    expect(guarded(text)).toBe(text);
    expect(unguarded(text)).toBe(text);
  });

  it('is removed from every text to which it was added', () => {
    const unit = fc.constantFrom('\t', ' ', '=', '-', 'a', '\0', '＝');
    fc.assert(fc.property(fc.string({ unit }), (text) => expect(unguarded(guarded(text))).toBe(text)));
  });
});
