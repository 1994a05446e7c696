import { parseDisplayName } from './display-name.js';

describe('the list of attributes that make a display name', () => {
  it('has groups, and names in each', () => {
    expect(parseDisplayName('company;  first_name\tlast_name ; id')).toEqual([
      ['company'],
      ['first_name', 'last_name'],
      ['id'],
    ]);
    expect(parseDisplayName(Array(20).fill('a').join(' '))).toHaveLength(1);
  });

  it.each([';', 'name;', 'name;;email', Array(21).fill('a').join(' ')])('is not %j', (text) => {
    expect(parseDisplayName(text)).toBeUndefined();
  });
});
