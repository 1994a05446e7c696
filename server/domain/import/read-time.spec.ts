import { TimeZone } from '../search/time-zone.js';
import { dateFormsOf, readTime, timeText, zoneOf } from './read-time.js';
import type { DateForm } from './sheet-mapping.js';

function read(text: string, form: DateForm = 'auto', zone = 'UTC'): string | undefined {
  const time = readTime(text, form, TimeZone.find(zone) ?? zoneOf({ zone: 'UTC' }));
  return typeof time === 'object' ? timeText(time) : time;
}

describe('a time in a cell', () => {
  it.each([
    ['2024-04-03', '2024-04-03'],
    ['2024/4/3', '2024-04-03'],
    ['3.4.2024', '2024-04-03'],
    ['03. 04. 2024', '2024-04-03'],
    ['03.04.24', '2024-04-03'],
    ['31.12.99', '1999-12-31'],
    ['13/04/2024', '2024-04-13'],
    ['04/13/2024', '2024-04-13'],
    ['4/4/2024', '2024-04-04'],
    ['3 Apr 2024', '2024-04-03'],
    ['April 3, 2024', '2024-04-03'],
    ['03-Mai-2024', '2024-05-03'],
    ['3. März 2024', '2024-03-03'],
    ['3 août 2024', '2024-08-03'],
    ['3 de agosto de 2024', '2024-08-03'],
    ['3 de agosto de 2024 9:05', '2024-08-03T09:05:00Z'],
    ['2024-04-03T10:00:00Z', '2024-04-03T10:00:00Z'],
    ['2024-04-03 10:00:00.5+02:00', '2024-04-03T08:00:00.500Z'],
    ['2024-04-03T10:00', '2024-04-03T10:00:00Z'],
    ['03.04.2024, 9:05', '2024-04-03T09:05:00Z'],
    ['13/04/2024 9:05:07 PM', '2024-04-13T21:05:07Z'],
    ['13/04/2024 12:05 am', '2024-04-13T00:05:00Z'],
    ['13.04.2024 12:05 +0200', '2024-04-13T10:05:00Z'],
    ['1542474417', '2018-11-17T17:06:57Z'],
    ['1542474417123', '2018-11-17T17:06:57.123Z'],
    [' 1542474417.5 ', '2018-11-17T17:06:57.500Z'],
    ['03/04/2024', 'ambiguous'],
    ['03-04-24 10:00', 'ambiguous'],
  ])('is read out of %j', (text, time) => expect(read(text)).toBe(time));

  it.each([
    ...['', 'abc', '45123', '1/2', '30.02.2024', '2024-13-01', '13/13/2024', '1.2.3.4', '10:00', '1.2.2024 24:00'],
    ...[
      '1.2.2024 10:00:60',
      '1.2.2024 13:00 pm',
      '1.2.2024 10',
      '1.2.20245',
      '123/4/2024',
      '1542474417 ms',
      'xyz 3 2024',
      'de 3 2024',
      '3 de de 2024',
      '1/Jan/Feb',
    ],
  ])('is not %j', (text) => expect(read(text)).toBeUndefined());

  it.each([
    ['03/04/2024', 'dmy', '2024-04-03'],
    ['03/04/2024', 'mdy', '2024-03-04'],
    ['03.04.2024', 'mdy', '2024-03-04'],
    ['24/04/03', 'ymd', '2024-04-03'],
    ['2024-04-03', 'mdy', '2024-04-03'],
    ['04/13/2024', 'dmy', undefined],
  ] as const)('is %j in the form %s', (text, form, time) => expect(read(text, form)).toBe(time));

  it('is meant in a zone if it has no offset', () => {
    expect(read('3.4.2024 10:00', 'auto', 'Europe/Berlin')).toBe('2024-04-03T08:00:00Z');
    expect(read('3.1.2024 10:00', 'auto', 'Europe/Berlin')).toBe('2024-01-03T09:00:00Z');
    expect(read('3.1.2024 10:00Z', 'auto', 'Europe/Berlin')).toBe('2024-01-03T10:00:00Z');
    expect(read('3.1.2024', 'auto', 'Europe/Berlin')).toBe('2024-01-03');
  });
});

describe('the forms of dates in a column', () => {
  it.each([
    [['03/04/2024', '13/04/2024'], ['dmy']],
    [['03/04/2024', '04/13/2024'], ['mdy']],
    [['03/04/2024'], ['dmy', 'mdy']],
    [
      ['03/04/24', '01/02/20'],
      ['ymd', 'dmy', 'mdy'],
    ],
    [['3.4.2024', '2024-04-03', '1542474417'], ['auto']],
    [['3.4.2024', 'x'], []],
    [[], []],
  ])('of %j are %j', (texts, forms) => expect(dateFormsOf(texts)).toEqual(forms));
});
