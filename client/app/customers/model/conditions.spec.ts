import { Conditions, isRelativeList, readConditions, writeConditions, zoneOf } from './conditions';

const [A, B, D] = ['attribute:a:is:1', 'event:b:never', 'attribute:d:after:-7d'];

describe('the conditions of a list', () => {
  it.each<[Conditions, { filters: string[]; where: string }]>([
    [
      { match: 'all', rows: [] },
      { filters: [], where: '' },
    ],
    [
      { match: 'all', rows: [[A], [B]] },
      { filters: [A, B], where: '' },
    ],
    [
      { match: 'all', rows: [[A], [B, D]] },
      { filters: [A], where: `{"all":[{"any":["${B}","${D}"]}]}` },
    ],
    [
      { match: 'any', rows: [[A], [B, D]] },
      { filters: [], where: `{"any":["${A}",{"all":["${B}","${D}"]}]}` },
    ],
    [
      { match: 'any', rows: [[A], [B]] },
      { filters: [], where: `{"any":["${A}","${B}"]}` },
    ],
  ])('%j', (conditions, written) => {
    expect(writeConditions(conditions)).toEqual(written);
    expect(readConditions(written)).toEqual(conditions);
  });

  it('lose a match and groups that say nothing', () => {
    expect(writeConditions({ match: 'any', rows: [[], [A, B]] })).toEqual({ filters: [A, B], where: '' });
    expect(writeConditions({ match: 'all', rows: [[A], [A], []] })).toEqual({ filters: [A], where: '' });
  });

  it('are read from other forms of the API, where they have rows', () => {
    expect(readConditions({ filters: [A], where: `{"any":["${B}","${D}"]}` })).toEqual({
      match: 'all',
      rows: [[A], [B, D]],
    });
    expect(readConditions({ filters: [A], where: `{"all":["${B}"]}` })).toEqual({ match: 'all', rows: [[A], [B]] });
  });

  it.each([
    'x',
    '[]',
    '{}',
    '{"all":[]}',
    '{"all":[{"all":["a"]}]}',
    '{"all":[{"any":[{"all":["a"]}]}]}',
    '{"any":[1]}',
  ])('are not read from %s', (where) => {
    expect(readConditions({ filters: [], where })).toBeNull();
  });

  it('know the zone they are asked in, and that they change from day to day', () => {
    expect(zoneOf({ filters: [], where: `{"any":["${D}"]}`, tz: 'Asia/Tokyo' })).toEqual({ tz: 'Asia/Tokyo' });
    expect(zoneOf({ filters: [D] })).toEqual({ tz: Intl.DateTimeFormat().resolvedOptions().timeZone });
    expect(zoneOf({ filters: [A], tz: 'Asia/Tokyo' })).toEqual({});
    expect([[D], ['event:b:never:within:-3h'], [A]].map((filters) => isRelativeList({ filters }))).toEqual([
      true,
      true,
      false,
    ]);
  });
});
