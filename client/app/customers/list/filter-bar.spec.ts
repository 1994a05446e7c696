import { HTTP, Screen, heard, render } from '../../../../test/support/component';
import { FilterBar } from './filter-bar';

const gold = 'attribute:plan:is:gold';
const never = 'event:buy:never';

describe('FilterBar', () => {
  let screen: Screen<FilterBar>;
  let changed: unknown[];
  let closed: unknown[];

  /** The texts of filters that stand for themselves. */
  const plain = (...filters: string[]) => ({ filters, where: '' });
  const open = async (filters: readonly string[], where = '') => {
    screen = await render(FilterBar, { filters, where }, HTTP);
    changed = heard(screen.component.changed);
    closed = heard(screen.component.closed);
  };
  const edit = (name: string) => screen.click(screen.button(`Change the filter ${name}`));
  const editors = () => screen.all('app-filter-editor');
  const add = async () => {
    screen.component.add();
    await screen.settle();
  };

  it('is empty without filters', async () => {
    await open([]);
    expect([screen.text, screen.all('ul')]).toEqual(['', []]);
  });

  it('says each filter in words', async () => {
    await open([gold, never, 'event:a%3Ab:at_least:1', 'event:buy:at_most:3', 'attribute:x:is:%20']);
    expect(screen.names('ul')).toEqual(['Filters']);
    expect(screen.names('.text')).toEqual([
      'Change the filter plan is gold',
      'Change the filter buy never',
      'Change the filter a:b at least once',
      'Change the filter buy at most 3 times',
      'Change the filter x is  ',
    ]);
    expect(screen.names('.remove')[0]).toBe('Remove the filter plan is gold');
    expect(screen.names('[role=img]')).toEqual(['1 space']);
  });

  it.each(['nonsense', 'attribute:plan', '%', 'event:buy:at_least:many'])(
    'shows %s, which is no filter, so that it can be taken away',
    async (raw) => {
      await open([raw]);
      expect(screen.names('button')).toEqual([
        `Change the filter ${raw} is no filter`,
        `Remove the filter ${raw} is no filter`,
        `+ or, Add an alternative to ${raw}`,
      ]);
      expect(screen.one('[data-testid=filter-chip]').classList).toContain('wrong');
    },
  );

  it('keeps the place of a filter that is changed, without a warning of the framework', async () => {
    const warn = jest.spyOn(console, 'warn').mockReturnValue();
    await open([gold]);
    const [chip] = screen.all('[data-testid=filter-chip]');
    await screen.set({ filters: [never] });
    expect(screen.one('[data-testid=filter-chip]')).toBe(chip);
    expect(warn.mock.calls.flat().join('')).not.toContain('NG0956');
    warn.mockRestore();
  });

  it('takes a filter away and puts the focus on the one before', async () => {
    await open([gold, never]);
    await screen.click(screen.button('Remove the filter buy never'));
    expect(changed).toEqual([plain(gold)]);
    await screen.set({ filters: [gold] });
    expect(document.activeElement).toBe(screen.button('Change the filter plan is gold'));
  });

  it('says that the focus wants a place when the last filter is gone', async () => {
    await open([]);
    await add();
    await screen.click(screen.button('Cancel'));
    expect([editors(), closed.length, changed]).toEqual([[], 1, []]);
  });

  it('adds a filter behind the others', async () => {
    await open([gold]);
    await add();
    expect(editors()).toHaveLength(1);
    await screen.type(screen.input('Attribute'), 'a:b');
    await screen.type(screen.input('Value'), 'ü');
    await screen.submit();
    expect(changed).toEqual([plain(gold, 'attribute:a%3Ab:is:%C3%BC')]);
    expect(editors()).toEqual([]);
  });

  it('changes a filter in its place, one at a time', async () => {
    await open([gold, never]);
    await edit('plan is gold');
    expect(screen.input('Value').value).toBe('gold');
    expect(screen.texts('.edited .subject')).toEqual(['plan', 'gold']);
    await edit('buy never');
    expect(editors()).toHaveLength(1);
    await edit('plan is gold');
    await screen.type(screen.input('Value'), 'pro');
    await screen.submit();
    expect(changed).toEqual([plain('attribute:plan:is:pro', never)]);
    expect(document.activeElement).toBe(screen.button('Change the filter plan is gold'));
  });

  it('keeps a filter once that is made the same as another one', async () => {
    await open([gold, 'attribute:plan:is:pro']);
    await edit('plan is pro');
    await screen.type(screen.input('Value'), 'gold');
    await screen.submit();
    expect(changed).toEqual([plain(gold)]);
  });

  it('adds an alternative to a filter, and says what all of them mean', async () => {
    await open([gold, never]);
    await screen.click(screen.button('+ or, Add an alternative to plan is gold'));
    await screen.type(screen.input('Attribute'), 'vip');
    await screen.choose(screen.select('Condition'), 'exists');
    await screen.submit();
    const where = `{"all":[{"any":["${gold}","attribute:vip:exists"]}]}`;
    expect(changed).toEqual([{ filters: [never], where }]);
    await screen.set({ filters: [never], where });
    expect(screen.one('ul').title).toBe('buy never and (plan is gold or vip exists)');
    expect(screen.texts('.word')).toEqual(['or']);
  });

  it('asks for all, or for one of them', async () => {
    await open([gold, never]);
    await screen.choose(screen.select('How many of the filters have to hold'), 'any');
    const where = `{"any":["${gold}","${never}"]}`;
    expect(changed).toEqual([{ filters: [], where }]);
    await screen.set({ filters: [], where });
    expect(screen.button('+ and, Add a further condition to buy never').textContent.trim()).toBe('+ and');
    await screen.click(screen.button('Remove the filter plan is gold'));
    expect(changed.at(-1)).toEqual(plain(never));
  });

  it('keeps groups of another shape, until they are removed', async () => {
    await open([gold], '{"all":[{"any":[{"all":["a"]}]}]}');
    expect(screen.texts('[data-testid=filter-groups]')).toEqual(['Groups of filters that are made by the API Remove']);
    await screen.click(screen.button('Remove'));
    expect(changed).toEqual([plain(gold)]);
  });

  it('says by which clock it tells times, if that is another one', async () => {
    await open(['attribute:born:on:2000-01-01']);
    expect(screen.all('[data-testid=zone]')).toEqual([]);
    await screen.set({ tz: 'Asia/Tokyo' });
    expect(screen.texts('[data-testid=zone]')).toEqual(['Times are those of Asia/Tokyo.']);
  });
});
