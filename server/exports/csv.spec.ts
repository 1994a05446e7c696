import fc from 'fast-check';
import { columnsOf } from './csv-columns.js';
import { CsvWriter, type CsvReader } from './csv.js';

const COLUMNS = columnsOf({ attributes: ['text'], events: [] });
const CUSTOMER = {
  id: '1',
  attributes: '{"a":"x;y","b":[1],"last_updated":true}',
  events: '{"buy":2,"page":3}',
  attributeTimes: '{}',
  lastUpdated: 1_000,
};

/** The cell of an attribute. @param value as JSON */
function cell(value: string, reader: CsvReader): string {
  const writer = new CsvWriter(COLUMNS, reader);
  const customer = { id: '1', attributes: `{"text":${value}}`, events: '{}', lastUpdated: 1_000 };
  const line = writer.line({ ...customer, attributeTimes: '{}' });
  return line.slice('1,1,'.length, -'\r\n'.length);
}

/** Reads a cell as programs do (RFC 4180). */
function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

describe('a CSV file', () => {
  it('has a header', () => {
    const columns = columnsOf({
      attributes: ['a', 'last_updated', 'event:x', '=1'],
      events: ['e'],
      hasOtherEvents: true,
    });
    const names = 'id,last_updated,a,attribute:last_updated,attribute:event:x,"\t=1",event:e,other_events';
    expect(new CsvWriter(columns, 'spreadsheets').header).toBe(`${names}\r\n`);
  });

  it('has the chosen columns', () => {
    const columns = [
      { kind: 'event', name: 'page', title: 'Pages' },
      { kind: 'attribute', name: 'a', title: 'A' },
      { kind: 'attribute', name: 'none', title: 'none' },
      { kind: 'id', title: 'id' },
    ] as const;
    expect(new CsvWriter(columns, 'programs').line(CUSTOMER)).toBe('3,x;y,,1\r\n');
    expect(new CsvWriter(columns, 'programs', ';').line(CUSTOMER)).toBe('3;"x;y";;1\r\n');
    expect(new CsvWriter(columns, 'spreadsheets', '\t').header).toBe('Pages\tA\tnone\tid\r\n');
  });

  it('holds what has no column of its own as JSON', () => {
    const others = { hasOtherAttributes: true, hasOtherEvents: true };
    const writer = new CsvWriter(columnsOf({ attributes: ['a'], events: ['buy'], ...others }), 'programs');
    expect(writer.header).toBe('id,last_updated,a,other_attributes,event:buy,other_events\r\n');
    expect(writer.line(CUSTOMER)).toBe('1,1,x;y,"{""b"":[1],""last_updated"":true}",2,"{""page"":3}"\r\n');
    expect(writer.line({ ...CUSTOMER, attributes: '{}', events: '{}' })).toBe('1,1,,,,\r\n');
  });

  it.each([
    ...['=1+1', ' =1+1', '\n=1+1', '\t=1', '\u200b=1', '\ufeff@a', '\u3000-1'],
    ...['＝1+1', '+4930123', '-5', '＠a', '﹣1'],
  ])('has a tab before %j for spreadsheets, in quotes', (text) => {
    expect(cell(JSON.stringify(text), 'spreadsheets')).toBe(`"\t${text}"`);
  });

  it.each([';=1+1', 'a;=1', 'a\t=1', '\ttab'])('has %j in quotes for spreadsheets, which may split it', (text) => {
    expect(cell(JSON.stringify(text), 'spreadsheets')).toBe(`"${text}"`);
    expect(cell(JSON.stringify(text), 'programs')).toBe(text);
  });

  it.each(['a=1', '1+1', 'it’s', '٣', 'Zürich'])('leaves %j as it is', (text) => {
    expect(cell(JSON.stringify(text), 'spreadsheets')).toBe(text);
  });

  it.each(['-5', '3544790567247868102', '1.0', '-1e-7'])('writes the number %s bare', (number) => {
    expect(cell(number, 'spreadsheets')).toBe(number);
  });

  it('has for programs exactly the texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unquoted(cell(JSON.stringify(text), 'programs'))).toBe(text);
      }),
    );
  });

  it('has for spreadsheets texts that are exact but for one tab before a formula', () => {
    const formula = fc.tuple(
      fc.constantFrom('', ' ', '\t', '\r\n', '\0'),
      fc.constantFrom('=', '+', '-', '@', '＝'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(formula, ([before, sign, rest]) => {
        const text = before + sign + rest;
        expect(unquoted(cell(JSON.stringify(text), 'spreadsheets'))).toBe(`\t${text}`);
      }),
    );
  });
});
