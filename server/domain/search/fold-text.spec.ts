import fc from 'fast-check';
import { foldText } from './fold-text.js';

describe('the fold of a text', () => {
  it.each([
    ['alvaro', 'Álvaro', 'A\u0301lvaro', 'ÁLVARO', 'ａｌｖａｒｏ'],
    ['muller', 'Müller', 'MU\u0308LLER', 'Ｍüller'],
    ['strasse', 'Straße', 'STRASSE', 'STRAẞE', 'ſtraſſe'],
    ['istanbul', 'İstanbul', 'ISTANBUL', 'I\u0307stanbul'],
    ['office', 'oﬃce', 'OFFICE', 'o\ufb03ce'],
    ['οδοσ', 'ΟΔΟΣ', 'οδος', 'Οδός'],
    ['οδοσ αθηνα', 'Οδός Αθήνα'],
    ['12 km', '１２ ㎞', '⑫ Km', '12\u00a0km'],
    ['hafþor', 'HAFÞÓR'],
    ['елка', 'Ёлка', 'ЕЛКА'],
    ['', '\u0301\u20dd'],
  ])('%j is that of each of its forms', (fold, ...forms) => {
    for (const form of [fold, ...forms]) expect(foldText(form)).toBe(fold);
  });

  it('is its own fold, and the same of every form of a character', () => {
    const mended = (form: string): string => form.normalize('NFD').replace(/\u0345/g, '');
    for (let code = 1; code < 0x2_0000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const character = String.fromCodePoint(code);
      const fold = foldText(character);
      if (foldText(fold) !== fold || /\p{M}/u.test(fold))
        throw new Error(`the fold of U+${code.toString(16)} has another`);
      for (const form of [character.normalize('NFC'), character.normalize('NFD'), character.normalize('NFKD')])
        if (foldText(form) !== fold) throw new Error(`${form} and ${character} fold in different ways`);
      // The upper case of a Greek letter with a iota below it is two letters; without the iota it is one.
      const plain = mended(character);
      if (foldText(plain.toUpperCase()) !== foldText(plain)) throw new Error(`the case of ${character} matters`);
    }
  });

  it('of a part of a text is a part of the fold of the text', () => {
    const unit = fc.constantFrom('a', 'Σ', 'ς', 'ß', '\u0301', 'İ', 'ﬁ', ' ', '漢', '😀', '\u1e9e', '가', 'ㅏ');
    const text = fc.string({ unit, maxLength: 6 });
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        expect(foldText(before + part + after)).toContain(foldText(part));
      }),
    );
  });
});
