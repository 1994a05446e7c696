import { readSearchText } from './search-text.js';

describe('a search text', () => {
  it.each([
    ['Sofia', 'Sofia', ['sofia']],
    ['Sofia  Müller', 'Sofia  Müller', ['sofia', 'muller']],
    ['a\u00a0B\u3000a', 'a\u00a0B\u3000a', ['a', 'b']],
    ['"Sofia Müller"', 'Sofia Müller', ['sofia muller']],
    ['x "Sofia  M" y', 'x "Sofia  M" y', ['x', 'sofia  m', 'y']],
    ['"not closed yet', 'not closed yet', ['not closed yet']],
    ['"', '"', ['"']],
    ['""', '""', ['""']],
    ['"n":null', '"n":null', ['"n":null']],
    ['5" nail', '5" nail', ['5"', 'nail']],
    ['"a"b c"', '"a"b c"', ['"a"b', 'c"']],
    ['\u0301', '\u0301', ['']],
  ])('%j is looked for exactly as %j, and by its terms %j', (search, exact, terms) => {
    expect(readSearchText(search)).toEqual({ exact, terms });
  });
});
