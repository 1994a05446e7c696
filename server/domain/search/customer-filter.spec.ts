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
  { on: 'last_updated', is: 'before', seconds: 0 },
  { on: 'last_updated', is: 'after', seconds: 1_600_000_000 },
];

describe('a filter', () => {
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
    'event:a:at_least',
    'event:a:at_least:',
    'event:a:at_least:-1',
    'event:a:at_least:1.5',
    'event:a:at_most:9007199254740993',
    'last_updated:before',
    'last_updated:before:yesterday',
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
