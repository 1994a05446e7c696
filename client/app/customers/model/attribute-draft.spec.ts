import { DraftRow, changesOf, differingNames, draftOf, emptyRow, rebase, theirRow } from './attribute-draft';
import { JsonNumber } from '../../core/exact-json';
import { Attributes } from './customer';

const record: Attributes = {
  email: 'bill@example.com',
  created_at: '1542474417',
  plan: 'basic',
  score: 1.5,
  vip: true,
  tags: ['a', { b: null }],
};

const FLAKE: Attributes = { ...record, id2: new JsonNumber('3544790567247868102') };

const edited = (name: string, edit: Partial<DraftRow>, attributes: Attributes = record): DraftRow[] =>
  draftOf(attributes).map((row) => (row.name === name ? { ...row, ...edit } : row));

const added = (name: string, value: string, type: DraftRow['type'] = 'text'): DraftRow => ({
  ...emptyRow,
  name,
  value,
  type,
});

describe('draftOf', () => {
  it('puts the kept attributes first, even those the record lacks, and the others by code point', () => {
    expect(draftOf({ z: '1', '😀': '1', '\uffee': '1' }).map((row) => [row.name, row.kept, row.original])).toEqual([
      ['email', true, null],
      ['created_at', true, null],
      ['z', false, '"1"'],
      ['\uffee', false, '"1"'],
      ['😀', false, '"1"'],
    ]);
  });
});

describe('changesOf', () => {
  it.each<[string, DraftRow[], Attributes]>([
    ['nothing', draftOf(record), {}],
    ['a changed text', edited('plan', { value: 'pro' }), { plan: 'pro' }],
    ['a removed attribute', edited('plan', { removed: true }), { plan: null }],
    ['a number that stays a number', edited('score', { value: '2' }), { score: 2 }],
    ['zeros at the end of a number', edited('score', { value: '1.50' }), { score: new JsonNumber('1.50') }],
    ['zeros that are taken away', edited('price', { value: '1' }, { price: new JsonNumber('1.00') }), { price: 1 }],
    [
      'a number in JSON written differently',
      edited('tags', { value: '[1.0]' }, { tags: [1] }),
      { tags: [new JsonNumber('1.0')] },
    ],
    [
      'a number with the characters that were typed',
      edited('score', { value: '2.50' }),
      { score: new JsonNumber('2.50') },
    ],
    ['a number beside one with many digits', edited('plan', { value: 'pro' }, FLAKE), { plan: 'pro' }],
    [
      'a digit of a number with many digits',
      edited('id2', { value: '3544790567247868103' }, FLAKE),
      {
        id2: new JsonNumber('3544790567247868103'),
      },
    ],
    ['white space about a number', edited('id2', { value: ' 3544790567247868102 ' }, FLAKE), {}],
    ['a number that becomes text', edited('score', { type: 'text' }), { score: '1.5' }],
    ['text of digits that stays text', edited('created_at', { value: '1542474418' }), { created_at: '1542474418' }],
    ['a flag', edited('vip', { value: 'false' }), { vip: false }],
    ['other white space in JSON', edited('tags', { value: '["a",{"b":null}]' }), {}],
    ['a change inside JSON', edited('tags', { value: '["a"]' }), { tags: ['a'] }],
    ['an added attribute', [...draftOf(record), added('constructor', 'x')], { constructor: 'x' }],
    ['an attribute that becomes empty', edited('plan', { type: 'empty' }), { plan: null }],
    ['an added attribute that is empty', [...draftOf(record), added('age', '', 'empty')], {}],
    ['an added number', [...draftOf(record), added('age', '7', 'number')], { age: 7 }],
    ['a kept attribute that stays unset', draftOf({}), {}],
    ['a kept attribute that is set', edited('email', { value: 'a@b' }, {}), { email: 'a@b' }],
  ])('%s', (_case, rows, changes) => expect(changesOf(rows)).toEqual(changes));
});

describe('rebase', () => {
  it('takes their values where nothing was edited', () => {
    const { rows, conflicts } = rebase(draftOf(record), { ...record, plan: 'theirs', extra: 'new' });
    expect(changesOf(rows)).toEqual({});
    expect(rows.find((row) => row.name === 'plan')?.value).toBe('theirs');
    expect(rows.map((row) => row.name)).toContain('extra');
    expect(conflicts).toEqual([]);
  });

  it('keeps edits, additions and removals on top of the fresh record', () => {
    const mine = [...edited('plan', { value: 'mine' }), added('colour', 'blue')].map((row) =>
      row.name === 'vip' ? { ...row, removed: true } : row,
    );
    const { rows, conflicts } = rebase(mine, { ...record, score: 9 });
    expect(changesOf(rows)).toEqual({ plan: 'mine', vip: null, colour: 'blue' });
    expect(rows.find((row) => row.name === 'score')?.value).toBe('9');
    expect(conflicts).toEqual([]);
  });

  it('names what both sides changed, and keeps what was typed', () => {
    const { rows, conflicts } = rebase(edited('plan', { value: 'mine' }), { ...record, plan: 'theirs' });
    expect(changesOf(rows)).toEqual({ plan: 'mine' });
    expect(conflicts).toMatchObject([{ name: 'plan', base: '"basic"', theirs: '"theirs"', mine: { value: 'mine' } }]);
  });

  it('sends nothing for what both sides changed alike', () => {
    const { rows, conflicts } = rebase(edited('plan', { value: 'pro' }), { ...record, plan: 'pro' });
    expect(changesOf(rows)).toEqual({});
    expect(conflicts).toEqual([]);
  });

  it('adds again what was edited here and removed there', () => {
    const fresh = Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'plan'));
    const { rows, conflicts } = rebase(edited('plan', { value: 'mine' }), fresh);
    expect(changesOf(rows)).toEqual({ plan: 'mine' });
    expect(conflicts).toMatchObject([{ name: 'plan', base: '"basic"', theirs: null }]);
  });

  it('knows the row as the other side has it', () => {
    const [conflict] = rebase(edited('plan', { value: 'mine' }), { ...record, plan: 7 }).conflicts;
    expect(theirRow(conflict)).toMatchObject({ name: 'plan', type: 'number', value: '7', original: '7' });
    const [gone] = rebase(edited('plan', { value: 'mine' }), { email: 'a@b' }).conflicts;
    expect(theirRow(gone)).toBeNull();
  });

  it('keeps a row whose name is still missing', () => {
    const { rows } = rebase([...draftOf(record), added('', 'typed'), added('', 'typed too')], record);
    expect(rows.filter((row) => row.name === '').map((row) => row.value)).toEqual(['typed', 'typed too']);
  });
});

describe('differingNames', () => {
  it('names what came, went or changed', () => {
    const before = { same: [1], changed: '1', gone: true };
    expect(differingNames(before, { same: [1], changed: 1, new: false })).toEqual(['changed', 'gone', 'new']);
  });
});
