import { ValueType } from './attribute-rules';
import { holdsTime, momentText, pickedSeconds, pickerText, secondsOf } from './moment-text';

describe('times in fields', () => {
  it.each<[string, ValueType, string | null, boolean]>([
    ['created_at', 'text', null, true],
    ['created_at', 'number', '1542474417', true],
    ['seen_at', 'text', null, true],
    ['seen_at', 'text', '2026-11-24T21:40:56Z', true],
    ['seen_at', 'text', 'the corner', false],
    ['last_order', 'text', '2026-11-24T21:40:56+02:00', true],
    ['last_order', 'number', '1542474417', false],
    ['last_order', 'text', null, false],
    ['created_at', 'json', null, false],
  ])('%s of type %s with %j is edited as one: %j', (name, type, original, expected) => {
    expect(holdsTime(name, type, original)).toBe(expected);
  });

  it.each<[string, ValueType, string, string]>([
    ['created_at', 'text', '1542474417', '1600000000'],
    ['created_at', 'text', '', '1600000000'],
    ['seen_at', 'number', '1542474417000', '1600000000000'],
    ['seen_at', 'number', '', '1600000000'],
    ['seen_at', 'text', '', '2020-09-13T12:26:40Z'],
    ['seen_at', 'text', '2018-11-17T17:06:57.250Z', '2020-09-13T12:26:40Z'],
    ['seen_at', 'text', '2018-11-17T17:06:57+05:30', '2020-09-13T17:56:40+05:30'],
    ['seen_at', 'text', '2018-11-17 17:06:57-03:00', '2020-09-13T09:26:40-03:00'],
  ])('%s of type %s is written like %j', (name, type, like, expected) => {
    const text = momentText(1_600_000_000, name, type, like);
    expect(text).toBe(expected);
    expect(secondsOf(name, text)).toBe(1_600_000_000);
  });

  it.each([1_600_000_000, 1_600_000_020, -300_000_000, 253_402_000_000])(
    '%d goes through a field unharmed',
    (seconds) => {
      expect(pickedSeconds(pickerText(seconds))).toBe(seconds);
    },
  );

  it('ignores a year that is being typed, and what no field can show', () => {
    expect([pickedSeconds('0202-09-13T12:26'), pickedSeconds(''), pickerText(1e15), pickerText(-1e12)]).toEqual([
      null,
      null,
      '',
      '',
    ]);
  });
});
