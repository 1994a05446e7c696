import { Screen, heard, render } from '../../../../test/support/component';
import { Conflict, emptyRow } from '../model/attribute-draft';
import { ConflictPanel } from './conflict-panel';
import { Side } from '../state/edit-session';

const plan: Conflict = {
  name: 'plan',
  base: '"basic"',
  theirs: '{"name":"gold"}',
  mine: { ...emptyRow, name: 'plan', value: ' pro' },
};
const score: Conflict = { name: 'score', base: '1', theirs: null, mine: { ...emptyRow, name: 'score', value: '2' } };

describe('ConflictPanel', () => {
  const show = (conflicts: readonly Conflict[], others: readonly string[] = [], sides: [string, Side][] = []) =>
    render(ConflictPanel, { conflicts, others, sides: new Map(sides) });
  const choices = (screen: Screen) =>
    screen.all('fieldset').map((set) => [...set.querySelectorAll('legend, label')].map((e) => e.textContent.trim()));

  it('is an alert that says what to do', async () => {
    const screen = await show([plan]);
    expect(screen.one('[role=alert]').textContent).toContain('Choose a value where you both changed one');
    expect(screen.texts('strong')).toEqual(['Someone else changed this customer']);
  });

  it('asks for another save alone where nothing clashes', async () => {
    const screen = await show([], ['plan']);
    expect(screen.text).toContain('none of them touches yours: save again when ready');
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
