import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { draftOf } from '../model/attribute-draft';
import { Attributes } from '../model/customer';
import { AttributesForm, attributesForm } from '../state/attribute-form';
import { PinnedAttributes } from '../state/pinned-attributes';
import { AttributeEditor } from './attribute-editor';

const few: Attributes = { email: 'a@b.example', created_at: '1542474417', plan: 'gold', score: 7 };
const many = (count: number): Attributes =>
  Object.fromEntries([...Array(count - 2).keys()].map((i) => [`name${i}`, `value${i}`]));

describe('AttributeEditor', () => {
  let screen: Screen<AttributeEditor>;
  let form: AttributesForm;

  const open = async (attributes: Attributes = few) => {
    localStorage.clear();
    form = attributesForm(draftOf(attributes));
    screen = await render(AttributeEditor, { form }, HTTP);
  };
  const names = () => screen.all('app-attribute-row').map((row) => row.getAttribute('data-name'));
  const row = (name: string) => screen.one(`app-attribute-row[data-name="${name}"]`);
  const within = (name: string, selector: string) => row(name).querySelector<HTMLElement>(selector);
  const press = async (name: string, testid: string) => {
    within(name, `[data-testid=${testid}]`)?.click();
    await screen.settle();
  };
  const add = () => screen.click(screen.button('Add attribute'));
  const paste = () => screen.textArea('Paste “name: value” lines, or JSON');

  it('has the groups of the customer page: pinned, identity, by prefix, the others, and at last the new ones', async () => {
    await open({ b: 1, a: 2, name: 'Zoe', utm_source: 'x', utm_term: 'y', utm_page: 'z' });
    TestBed.inject(PinnedAttributes).toggle('b');
    await add();
    expect(names()).toEqual(['b', 'email', 'name', 'created_at', 'utm_page', 'utm_source', 'utm_term', 'a', '']);
    expect(screen.names('[role=list]')).toEqual([
      'Pinned attributes',
      'Identity',
      'utm_',
      'Other attributes',
      'New attributes',
    ]);
    expect(screen.texts('h3')).toEqual(['utm_3']);
  });

  it('adds rows at the end, with the focus in the name, also by Enter in a new one', async () => {
    await open();
    await add();
    expect(names()).toEqual(['email', 'created_at', 'plan', 'score', '']);
    const name = screen.input('Name of the new attribute');
    expect(document.activeElement).toBe(name);
    await screen.type(name, 'new');
    await screen.press(screen.input('Name of new'), 'Enter');
    expect(names().slice(-2)).toEqual(['new', '']);
    expect(document.activeElement).toBe(screen.input('Name of the new attribute'));
  });

  it('drops a new row, with the focus on the button that adds', async () => {
    await open();
    await add();
    await press('', 'attribute-remove');
    expect([names(), form.length]).toEqual([['email', 'created_at', 'plan', 'score'], 4]);
    expect(document.activeElement).toBe(screen.button('Add attribute'));
  });

  it('renames by a new row below the old one, and back by dropping it', async () => {
    await open();
    await press('plan', 'attribute-rename');
    expect(form.getRawValue().slice(2, 4)).toMatchObject([
      { name: 'plan', removed: true },
      { name: 'plan', value: 'gold', original: null, renamedFrom: 'plan' },
    ]);
    const name = screen.input('Name of plan');
    expect(document.activeElement).toBe(name);
    await screen.type(name, 'tier');
    expect(names()).toEqual(['email', 'created_at', 'plan', 'tier', 'score']);
    await press('tier', 'attribute-remove');
    expect(form.getRawValue()[2]).toMatchObject({ name: 'plan', removed: false });
    expect(names()).toEqual(['email', 'created_at', 'plan', 'score']);
  });

  it('says that a name is there already, also one that is removed', async () => {
    await open();
    await press('plan', 'attribute-remove');
    await add();
    await screen.type(screen.input('Name of the new attribute'), 'plan');
    expect(screen.text).toContain('There is an attribute with this name already.');
    expect(form.valid).toBe(false);
  });

  it('shows what the server refused at its row, and requires an email where that is wanted', async () => {
    await open();
    await screen.set({ refusals: new Map([['plan', { message: 'Not this.', value: 'gold' }]]), emailRequired: true });
    expect(row('plan').textContent).toContain('Not this.');
    expect(row('score').textContent).not.toContain('Not this.');
    expect(within('email', 'textarea')?.getAttribute('aria-required')).toBe('true');
    expect(within('plan', 'textarea')?.getAttribute('aria-required')).toBeNull();
    expect(screen.texts('.name .hint')).toEqual(['required']);
  });

  describe('with many attributes', () => {
    it('has a search from 12 on', async () => {
      await open(many(11));
      expect(screen.all('[type=search]')).toEqual([]);
      await add();
      expect(screen.input('Find an attribute').value).toBe('');
    });

    it('finds names and values, and always what is new', async () => {
      await open(many(14));
      await add();
      await screen.type(screen.input('Find an attribute'), ' NAME1 ');
      expect(names()).toEqual(['name1', 'name10', 'name11', '']);
      await screen.type(screen.input('Find an attribute'), 'value3');
      expect(names()).toContain('name3');
      expect(screen.texts('[role=status]')).toEqual(['1 attribute matches']);
      await screen.type(screen.input('Find an attribute'), '');
      expect([names().length, screen.texts('[role=status]')]).toEqual([15, ['']]);
    });

    it('keeps what was changed in sight, and reveals it', async () => {
      await open(many(14));
      await screen.type(screen.one('[data-name=name3] [data-testid=attribute-value]'), 'new');
      await screen.type(screen.input('Find an attribute'), 'zzz');
      expect(names()).toEqual(['name3']);
      screen.component.reveal('name3');
      expect(document.activeElement).toBe(within('name3', 'textarea'));
      await press('name3', 'attribute-undo');
      expect([names(), screen.text]).toEqual([[], expect.stringContaining('No attribute matches.')]);
    });

    it('counts all of a group of which some are folded', async () => {
      await open(Object.fromEntries([...Array(50).keys()].map((at) => [`utm_${at}`, at])));
      expect([names().length, screen.texts('h3')]).toEqual([30, ['utm_50']]);
    });

    it('folds a long list but for what was changed, and shows all of it when asked', async () => {
      await open({ email: 'a@b.example', ...many(52) });
      // The identity, and 30 in all.
      expect([names().length, screen.texts('[data-testid=all-attributes]')]).toEqual([30, ['Show all 52']]);
      await screen.type(screen.input('Find an attribute'), 'name49');
      await screen.type(screen.one('[data-name=name49] [data-testid=attribute-value]'), 'new');
      await screen.type(screen.input('Find an attribute'), '');
      expect([names().length, names().at(-1)]).toEqual([31, 'name49']);
      await screen.click(screen.one('[data-testid=all-attributes]'));
      expect(names()).toHaveLength(52);
      await screen.click(screen.one('[data-testid=all-attributes]'));
      expect(names()).toHaveLength(31);
    });
  });

  describe('pasting many', () => {
    it('opens a panel, which gives the focus back', async () => {
      await open();
      await screen.click(screen.button('Paste many'));
      expect(paste().value).toBe('');
      await screen.click(screen.button('Cancel'));
      expect(screen.all('app-paste-panel')).toEqual([]);
      expect(document.activeElement).toBe(screen.button('Paste many'));
    });

    it('changes, adds, takes back and removes', async () => {
      await open();
      await press('score', 'attribute-remove');
      await screen.click(screen.button('Paste many'));
      await screen.type(paste(), 'score: 8\nplan:\nnew: true\nnone:');
      expect(screen.text).toContain('4 attributes read, 2 of them there already.');
      await screen.click(screen.button('Put into the form'));
      expect(form.getRawValue()).toMatchObject([
        { name: 'email' },
        { name: 'created_at' },
        { name: 'plan', type: 'empty' },
        { name: 'score', type: 'number', value: '8', removed: false },
        { name: 'new', type: 'boolean', value: 'true', original: null },
      ]);
      expect(form).toHaveLength(5);
      expect(names()).toEqual(['email', 'created_at', 'plan', 'score', 'new']);
    });

    it('as a name opens the panel with it, and takes the place of the empty row', async () => {
      await open();
      await add();
      const clipboardData = { getData: () => 'a: 1\nb: 2' };
      screen
        .input('Name of the new attribute')
        .dispatchEvent(Object.assign(new Event('paste', { cancelable: true }), { clipboardData }));
      await screen.settle();
      expect(paste().value).toBe('a: 1\nb: 2');
      await screen.click(screen.button('Put into the form'));
      expect(names()).toEqual(['email', 'created_at', 'plan', 'score', 'a', 'b']);
    });
  });
});
