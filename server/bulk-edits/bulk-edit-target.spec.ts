import { bulkEditTarget } from './bulk-edit-target.js';

const LONG = 'é'.repeat(150);

describe('the target of a bulk edit in the audit', () => {
  it('has search, filters and ids', () => {
    const selection = { search: 'a"b', filters: ['attribute:plan:is:pro'] };
    expect(JSON.parse(bulkEditTarget(selection, ['1', 'x,y']))).toEqual({ ...selection, ids: ['1', 'x,y'] });
    expect(bulkEditTarget({ ids: [1] }, ['1'])).toBe('{"ids":["1"]}');
    expect(bulkEditTarget({ filters: [] }, ['1'])).toBe('{"ids":["1"]}');
  });

  it('has the first hundred ids', () => {
    const ids = Array.from({ length: 200 }, (_, id) => String(id));
    expect(JSON.parse(bulkEditTarget({}, ids))).toEqual({ ids: ids.slice(0, 100) });
  });

  it.each([
    [{}, new Array<string>(100).fill(LONG), { ids: [LONG, LONG, LONG] }],
    [{ filters: [LONG, LONG] }, ['1', LONG, LONG], { filters: [LONG], ids: ['1', LONG, LONG] }],
    [{ search: LONG.repeat(2) }, ['1'], { ids: ['1'] }],
  ])('has whole texts in at most 1 024 bytes', (selection, ids, expected) => {
    const target = bulkEditTarget(selection, ids);
    expect(JSON.parse(target)).toEqual(expected);
    expect(Buffer.byteLength(target)).toBeLessThanOrEqual(1_024);
  });
});
