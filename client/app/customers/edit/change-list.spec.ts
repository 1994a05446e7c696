import { heard, render } from '../../../../test/support/component';
import { DraftRow, draftOf, emptyRow } from '../model/attribute-draft';
import { ChangeList } from './change-list';

const [, , plan, score] = draftOf({ plan: 'basic', score: 31, email: 'a@b.example', created_at: '1542474417' });
const show = (...rows: DraftRow[]) => render(ChangeList, { rows });

describe('ChangeList', () => {
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
