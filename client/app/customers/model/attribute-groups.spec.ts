import { beginningOf, groupsOf } from './attribute-groups';

describe('the groups of attributes', () => {
  const shape = (names: string[], pinned: string[] = []) =>
    groupsOf(names, pinned).map((group) => [group.kind, group.prefix, group.names]);

  it('begin with the pinned ones and with what tells who it is', () => {
    const names = ['zip', 'created_at', 'plan', 'last_name', 'email', 'first_name', 'age'];
    expect(shape(names, ['plan', 'gone'])).toEqual([
      ['pinned', '', ['plan']],
      ['identity', '', ['email', 'first_name', 'last_name', 'created_at']],
      ['others', '', ['age', 'zip']],
    ]);
  });

  it('are made of three names with the same prefix', () => {
    const names = ['utm_c', 'utm_a', 'utm_b', 'ad.x', 'ad.y', 'ad.z', 'one_a', 'one_b', 'end_', '_x', '_y', '_z'];
    expect(shape(names)).toEqual([
      ['prefix', 'ad.', ['ad.x', 'ad.y', 'ad.z']],
      ['prefix', 'utm_', ['utm_a', 'utm_b', 'utm_c']],
      ['others', '', ['_x', '_y', '_z', 'end_', 'one_a', 'one_b']],
    ]);
  });

  it('hold each name once, also one that every object has', () => {
    expect(shape(['email', '__proto', 'constructor'], ['email', 'email'])).toEqual([
      ['pinned', '', ['email']],
      ['others', '', ['__proto', 'constructor']],
    ]);
    expect(shape([])).toEqual([]);
  });

  it('are cut behind the first names, of which those of the identity are all kept', () => {
    const groups = groupsOf(['email', 'name', 'city', 'a_1', 'a_2', 'a_3', 'x', 'y'], []);
    const names = (most: number) => beginningOf(groups, most).map((group) => group.names);
    expect(names(4)).toEqual([['email', 'name', 'city'], ['a_1']]);
    expect(names(1)).toEqual([['email', 'name', 'city']]);
    expect(names(99)).toEqual([
      ['email', 'name', 'city'],
      ['a_1', 'a_2', 'a_3'],
      ['x', 'y'],
    ]);
  });
});
