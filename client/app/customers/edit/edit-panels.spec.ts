import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, heard, render } from '../../../../test/support/component';
import { Conflict, DraftRow, draftOf, emptyRow } from '../model/attribute-draft';
import { Side } from '../state/edit-session';
import { ChangeList } from './change-list';
import { ConflictPanel } from './conflict-panel';

describe('ChangeList', () => {
  const [, , plan, score] = draftOf({ plan: 'basic', score: 31, email: 'a@b.example', created_at: '1542474417' });
  const show = (...rows: DraftRow[]) => render(ChangeList, { rows });

  it('says that nothing changes yet', async () => {
    const screen = await show(plan, score);
    expect([screen.all('ul'), screen.text]).toEqual([[], expect.stringContaining('Nothing yet.')]);
  });

  it.each<[string, DraftRow, string]>([
    ['a new attribute', { ...emptyRow, name: 'new', value: 'ü' }, 'new added to ü'],
    ['a changed one', { ...plan, value: ' gold' }, 'plan changed from basic to gold'],
    ['a removed one', { ...plan, removed: true }, 'plan removed from basic'],
    ['an emptied one', { ...plan, type: 'empty' }, 'plan removed from basic'],
    ['another type of the same text', { ...score, type: 'text' }, 'score changed from 31 to "31"'],
    ['a new one without a name', { ...emptyRow, value: 'x' }, 'without a name added to x'],
    ['the number that will be stored', { ...score, value: '007' }, 'score changed from 31 to 7'],
    ['a number with its characters', { ...score, value: '31.50' }, 'score changed from 31 to 31.50'],
    ['what cannot be read yet', { ...score, value: 'x' }, 'score changed from 31 to x'],
  ])('lists %s', async (_, row, text) => {
    const screen = await show(plan, row);
    const words = [...screen.one('li').querySelectorAll('button, .kind, del, ins')].map((e) => e.textContent.trim());
    expect(words.join(' ').replace(/\s+/g, ' ')).toBe(text);
  });

  it('says in whose place an attribute comes', async () => {
    const screen = await show({ ...emptyRow, name: 'tier', value: 'basic', renamedFrom: 'plan' });
    expect(screen.texts('.hint')).toEqual(['in place of plan']);
  });

  it('leads to the row of a change', async () => {
    const screen = await show({ ...plan, value: 'gold' }, { ...score, removed: true });
    const revealed = heard(screen.component.revealed);
    await screen.click(screen.button('score'));
    expect(revealed).toEqual(['score']);
  });
});

describe('ConflictPanel', () => {
  const plan: Conflict = {
    name: 'plan',
    base: '"basic"',
    theirs: '{"name":"gold"}',
    mine: { ...emptyRow, name: 'plan', value: ' pro' },
  };
  const score: Conflict = { name: 'score', base: '1', theirs: null, mine: { ...emptyRow, name: 'score', value: '2' } };

  const show = (conflicts: readonly Conflict[], others: readonly string[] = [], sides: [string, Side][] = []) =>
    render(ConflictPanel, { conflicts, others, sides: new Map(sides) });
  const choices = (screen: Screen) =>
    screen.all('fieldset').map((set) => [...set.querySelectorAll('legend, label')].map((e) => e.textContent.trim()));

  it('tells when and by whom the values of the other side were written, as far as the log has it', async () => {
    const screen = await render(
      ConflictPanel,
      { id: '7', conflicts: [plan, score], others: ['city'], sides: new Map() },
      HTTP,
    );
    const http = TestBed.inject(HttpTestingController);
    const answer = (name: string, entries: readonly object[]) =>
      http
        .expectOne(({ url, params }) => url === '/customers/7/timeline' && params.get('name') === name)
        .flush({ entries, meta: { complete: true } });
    const by = { kind: 'user', id: 2, name: 'Anna' };
    const edit = { entry: 'e', kind: 'edit', time: '2026-11-24T21:40:56.000Z', changes: [] };
    answer('plan', [{ ...edit, source: { kind: 'edit', client: 'admin', by } }]);
    answer('score', []);
    answer('city', [{ ...edit, source: { kind: 'live', source: 1, name: 'Shop' } }]);
    await screen.settle();
    const said = screen.texts('[data-testid=last-change]');
    expect(said).toEqual([
      expect.stringMatching(/2026.* live, from Shop$/),
      expect.stringMatching(/2026.* by Anna in the admin$/),
    ]);
  });

  it('is an alert that says what to do', async () => {
    const screen = await show([plan]);
    expect(screen.one('[role=alert]').textContent).toContain('Choose a value where you both changed one');
    expect(screen.texts('strong')).toEqual(['Someone else changed this customer']);
  });

  it('asks for another save alone where nothing clashes', async () => {
    const screen = await show([], ['plan']);
    expect(screen.text).toContain('none of them touches yours. Save when ready');
    expect(screen.all('fieldset, button')).toEqual([]);
  });

  it('names what the other side alone changed', async () => {
    const screen = await show([], ['a', '<b>', 'ü']);
    expect(screen.texts('[data-testid=theirs-only]')).toEqual(['Changed by them alone: a, <b>, ü']);
  });

  it('shows both values of each attribute, mine chosen at first', async () => {
    const screen = await show([plan, score], [], [['score', 'theirs']]);
    expect(choices(screen).map((words) => words.map((word) => word.replace(/\s+/g, '')))).toEqual([
      ['plan', 'Theirs{"name":"gold"}', 'Minepro'],
      ['score', 'Theirsremoved', 'Mine2'],
    ]);
    const checked = screen.all<HTMLInputElement>('input').filter((radio) => radio.checked);
    expect(checked.map(({ name, value }) => [name, value])).toEqual([
      ['side-plan', 'mine'],
      ['side-score', 'theirs'],
    ]);
    expect(screen.names('[role=img]')).toEqual(['1 space']);
  });

  it.each([{ removed: true }, { type: 'empty' as const }])('says that mine is removed: %j', async (some) => {
    const screen = await show([{ ...plan, mine: { ...plan.mine, ...some } }]);
    expect(screen.texts('label')[1]).toBe('Mineremoved');
  });

  it('tells what is chosen, one by one', async () => {
    const screen = await show([plan, score]);
    const chosen = heard(screen.component.chosen);
    await screen.click(screen.one('[data-name=score] [value=theirs]'));
    await screen.click(screen.one('[data-name=score] [value=mine]'));
    expect(chosen).toEqual([
      { conflict: score, side: 'theirs' },
      { conflict: score, side: 'mine' },
    ]);
  });

  it('offers one side for all where there are several', async () => {
    const screen = await show([plan]);
    expect(screen.all('button')).toEqual([]);
    await screen.set({ conflicts: [plan, score] });
    const chosen = heard(screen.component.chosen);
    await screen.click(screen.button('Take all of theirs'));
    await screen.click(screen.button('Keep all of mine'));
    expect(chosen.map(({ conflict, side }) => `${conflict.name} ${side}`)).toEqual([
      'plan theirs',
      'score theirs',
      'plan mine',
      'score mine',
    ]);
  });
});
