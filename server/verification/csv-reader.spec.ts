import { CsvReader } from './csv-reader.js';

function read(...pieces: string[]): unknown[] {
  const reader = new CsvReader();
  return [...pieces.flatMap((piece) => [...reader.read(piece)]), ...reader.end()].map(({ line, fields }) => [
    line,
    ...fields,
  ]);
}

describe('CSV', () => {
  it.each([
    [
      '1,a=b\n2\n',
      [
        [1, '1', 'a=b'],
        [2, '2'],
      ],
    ],
    [
      '1,a=b\r\n2,c=d',
      [
        [1, '1', 'a=b'],
        [2, '2', 'c=d'],
      ],
    ],
    [
      '\n1\n\n\r\n2\n\n',
      [
        [2, '1'],
        [5, '2'],
      ],
    ],
    ['1,"a=b,c","d=""e"""\n', [[1, '1', 'a=b,c', 'd="e"']]],
    [
      '1,"a=two\r\nlines"\r\n2,b=c\n',
      [
        [1, '1', 'a=two\r\nlines'],
        [3, '2', 'b=c'],
      ],
    ],
    ['1,a=said "yes"\n', [[1, '1', 'a=said "yes"']]],
    ['1,"",\n', [[1, '1', '', '']]],
    ['1,a=\u2028😀\n', [[1, '1', 'a=\u2028😀']]],
    ['', []],
  ])('%j', (text, records) => {
    expect(read(text)).toEqual(records);
    expect(read(...Array.from(text))).toEqual(records);
  });

  it.each([
    ['1,a=b\n2,"a=b"c\n', 'Line 2 is malformed: there is text after a quoted field.'],
    ['1,a=b\n\n2,"a=b\n3\n', 'Line 3 is malformed: a quoted field has no end.'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
