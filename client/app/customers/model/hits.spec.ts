import { hitsOf, wordsOf } from './hits';

describe('the words of a search in a text', () => {
  const marked = (text: string, search: string): string =>
    hitsOf(text, wordsOf(search))
      .map(({ text: part, isHit }) => (isHit ? `[${part}]` : part))
      .join('');

  it.each([
    ['Álvaro', 'alvaro', '[Álvaro]'],
    ['A\u0301lvaro', 'álv', '[A\u0301lv]aro'],
    ['Hauptstraße 7', 'STRASSE', 'Haupt[straße] 7'],
    ['Straße', 's', '[S]tra[ß]e'],
    ['ﬁnal ＡＢＣ', 'fin abc', '[ﬁn]al [ＡＢＣ]'],
    ['ΟΔΟΣ', 'οδός', '[ΟΔΟΣ]'],
    ['İstanbul', 'istan', '[İstan]bul'],
    ['aaa', 'aa', '[aaa]'],
    ['Ada Lovelace', '"ada love" ce', '[Ada Love]la[ce]'],
    ['x"y', 'x"y', '[x"y]'],
    ['😀😃', '😃', '😀[😃]'],
    ['plain', '', 'plain'],
    ['plain', '\u0301', 'plain'],
  ])('%s, searched for %s: %s', (text, search, expected) => {
    expect(marked(text, search)).toBe(expected);
  });
});
