import { formatFilter, parseFilter, type CustomerFilter } from './customer-filter.js';

const FILTERS: readonly CustomerFilter[] = [
  { on: 'attribute', name: 'a', is: 'is', value: 'x' },
  { on: 'attribute', name: 'a:b%c', is: 'is_not', value: ':%"é😀' },
  { on: 'attribute', name: 'a', is: 'contains', value: ' ' },
  { on: 'attribute', name: 'is', is: 'exists' },
  { on: 'attribute', name: 'a', is: 'not_exists' },
  { on: 'event', name: 'a:b', is: 'at_least', count: 0 },
  { on: 'event', name: 'a', is: 'at_most', count: 7 },
  { on: 'event', name: 'never', is: 'never' },
  { on: 'event', name: 'within', is: 'never', within: 'today' },
  { on: 'event', name: 'a', is: 'at_least', count: 1, within: '-30d' },
  { on: 'event', name: 'a', is: 'at_most', count: 0, within: 'this_week' },
  { on: 'attribute', name: 'a', is: 'starts_with', value: 'é:' },
  { on: 'attribute', name: 'a', is: 'is_any_of', values: ['x'] },
  { on: 'attribute', name: 'a', is: 'is_any_of', values: ['x', ':', 'y,z', 'x'] },
  { on: 'attribute', name: 'a', is: 'above', number: '-0.50' },
  { on: 'attribute', name: 'a', is: 'at_least', number: '18' },
  { on: 'attribute', name: 'a', is: 'below', number: '3544790567247868102' },
  { on: 'attribute', name: 'a', is: 'at_most', number: '1e399' },
  { on: 'attribute', name: 'a', is: 'before', time: '2026-11-28T09:30:00.5+02:00' },
  { on: 'attribute', name: 'a', is: 'after', time: '-7d' },
  { on: 'attribute', name: 'a', is: 'on', time: 'this_week' },
  { on: 'last_updated', is: 'before', time: '0' },
  { on: 'last_updated', is: 'after', time: '1600000000' },
  { on: 'last_updated', is: 'on', time: '2024-02-29' },
];

describe('a filter', () => {
  it.each([
    ['attribute:a:after:2026-11-28T09:30:00Z', '2026-11-28T09:30:00Z'],
    ['attribute:a:after:2026-11-28t09%3A30:00+02:00', '2026-11-28t09:30:00+02:00'],
    ['last_updated:after:2026-11-28 09:30:00Z', '2026-11-28 09:30:00Z'],
  ])('%s may have the colons of its time as they are', (text, time) => {
    expect(parseFilter(text)).toMatchObject({ is: 'after', time });
  });

  it.each(FILTERS)('is read back as it was written: %j', (filter) => {
    expect(parseFilter(formatFilter(filter))).toEqual(filter);
  });

  it.each([
    '',
    'plan:is:pro',
    'attribute',
    'attribute:plan',
    'attribute::is:x',
    'attribute:__proto__:exists',
    `attribute:${'x'.repeat(151)}:exists`,
    'attribute:plan:is',
    'attribute:plan:is:',
    'attribute:plan:is:a:b',
    'attribute:plan:exists:x',
    'attribute:plan:equals:x',
    'attribute:pl%an:exists',
    'attribute:a%00:exists',
    `attribute:a:is:${'x'.repeat(10_001)}`,
    'event::never',
    'event:a:never:1',
    'event:a:never:within',
    'event:a:never:within:',
    'event:a:never:within:2026-11-28',
    'event:a:never:within:7d',
    'event:a:never:within:-7d:x',
    'event:a:at_least:within:-7d',
    'event:a:at_least:1:-7d',
    'event:a:at_least:1:before:-7d',
    'event:a:at_least',
    'event:a:at_least:',
    'event:a:at_least:-1',
    'event:a:at_least:1.5',
    'event:a:at_most:9007199254740993',
    'last_updated:before',
    'last_updated:before:tomorrow',
    'attribute:a:starts_with:',
    'attribute:a:is_any_of',
    'attribute:a:is_any_of:',
    'attribute:a:is_any_of:x:',
    `attribute:a:is_any_of:${Array.from({ length: 101 }, () => 'x').join(':')}`,
    'attribute:a:above',
    'attribute:a:above:',
    'attribute:a:above:x',
    'attribute:a:above:1:2',
    'attribute:a:above:1e400',
    'attribute:a:above:0x10',
    'attribute:a:at_least: 1',
    'attribute:a:below:+1',
    'attribute:a:at_most:NaN',
    'attribute:a:between:1:2',
    'attribute:a:before',
    'attribute:a:before:',
    'attribute:a:before:soon',
    'attribute:a:before:1600000000',
    'attribute:a:on:2026-02-30',
    'attribute:a:on:2026-2-3',
    'attribute:a:on:2026-11',
    'attribute:a:after:2026-11-28T09:30:00',
    'attribute:a:after:2026-11-28T24:00:00Z',
    'attribute:a:after:-7',
    'attribute:a:after:-7w',
    'attribute:a:after:+7d',
    'attribute:a:after:-100001d',
    'attribute:a:after:last_week',
    'attribute:a:within:-7d',
    'last_updated:at:1',
  ])('%j is refused by name', (text) => {
    const shown = JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
    let refusal: unknown;
    try {
      parseFilter(text);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining(`The filter ${shown} is not understood. `) as string,
      details: [{ field: 'filter' }],
    });
  });
});
