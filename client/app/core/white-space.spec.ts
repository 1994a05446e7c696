import { edgesOf, isEdged, splitHidden, whiteSpaceText } from './white-space';

describe('white space at the ends of a text', () => {
  it.each([
    ['', '', '', ''],
    ['a b', '', 'a b', ''],
    ['  a\n b\t', '  ', 'a\n b', '\t'],
    [' ', ' ', '', ''],
    ['\r\n', '\r\n', '', ''],
    ['\u00a0x\u200b', '\u00a0', 'x', '\u200b'],
  ])('%j is %j, %j and %j', (text, before, core, after) => {
    expect(edgesOf(text)).toEqual({ before, core, after });
    expect(isEdged(text)).toBe(before !== '' || after !== '');
  });

  it.each([
    [' ', '1 space'],
    ['   ', '3 spaces'],
    ['\t', '1 tab'],
    ['\t\t', '2 tabs'],
    ['\r\n', '1 line break'],
    ['\n\r\n', '2 line breaks'],
    ['\u200b', '1 invisible character'],
    [' \t', '2 invisible characters'],
  ])('%j is said as %s', (white, text) => expect(whiteSpaceText(white)).toBe(text));

  it.each([
    ['abc\u202edef', ['abc', '\u202e', 'def']],
    ['a\u200bb', ['a', '\u200b', 'b']],
    ['a\u2028\u2066b', ['a', '\u2028\u2066', 'b']],
    ['👩\u200d💻 می\u200cخواهم', ['👩\u200d💻 می\u200cخواهم']],
  ])('hidden characters of %j are told apart', (text, parts) => {
    expect(splitHidden(text)).toEqual(parts);
    expect(isEdged(text)).toBe(parts.length > 1);
  });
});
