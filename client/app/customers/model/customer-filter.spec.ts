import { CustomerFilter, filterOf, readFilter, writeFilter } from './customer-filter';
import { zoneOf } from './conditions';

describe('a filter in the address', () => {
  it.each<[string, CustomerFilter]>([
    ['attribute:plan:is:pro', { on: 'attribute', name: 'plan', is: 'is', value: 'pro' }],
    ['attribute:a%3Ab:is_not:50%25', { on: 'attribute', name: 'a:b', is: 'is_not', value: '50%' }],
    ['attribute:plan:exists', { on: 'attribute', name: 'plan', is: 'exists' }],
    ['event:purchase:at_least:3', { on: 'event', name: 'purchase', is: 'at_least', count: 3 }],
    ['event:purchase:never', { on: 'event', name: 'purchase', is: 'never' }],
    ['last_updated:before:1560964022', { on: 'last_updated', is: 'before', time: '1560964022' }],
    ['last_updated:on:this_week', { on: 'last_updated', is: 'on', time: 'this_week' }],
    ['attribute:a:is_any_of:x:y%3Az', { on: 'attribute', name: 'a', is: 'is_any_of', values: ['x', 'y:z'] }],
    ['attribute:a:above:18.5', { on: 'attribute', name: 'a', is: 'above', number: '18.5' }],
    ['attribute:a:after:-7d', { on: 'attribute', name: 'a', is: 'after', time: '-7d' }],
  ])('%s is read and written', (text, filter) => {
    expect(readFilter(text)).toEqual(filter);
    expect(writeFilter(filter)).toBe(text);
  });

  it.each([
    '',
    'plan',
    'plan:is:pro',
    'attribute:plan',
    'attribute:plan:is:',
    'attribute::exists',
    'event:a:at_least:x',
  ])('%s is none', (text) => expect(readFilter(text)).toBeNull());

  it.each(['%', 'last_updated:since:1', 'event:a:is:1', 'last_updated:before'])('%s is none either', (text) =>
    expect(readFilter(text)).toBeNull(),
  );

  it.each<[string, boolean]>([
    ['attribute:a:after:-7d', true],
    ['attribute:a:on:2024-02-29', true],
    ['last_updated:on:today', true],
    ['last_updated:after:-12h', false],
    ['last_updated:after:1560964022', false],
    ['attribute:a:is:today', false],
    ['nonsense', false],
  ])('%s depends on the zone of the reader: %s', (filter, depends) => {
    expect('tz' in zoneOf({ filters: ['event:buy:never', filter] })).toBe(depends);
  });

  it('takes no operator of something else from a form', () => {
    expect(filterOf({ on: 'event', name: 'a', is: 'contains', value: 'x' })).toBeNull();
  });
});
