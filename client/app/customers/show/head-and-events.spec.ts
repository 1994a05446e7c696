import { Screen, heard, render } from '../../../../test/support/component';
import { Attributes } from '../model/customer';
import { CustomerHead } from './customer-head';
import { EventBars } from './event-bars';

describe('CustomerHead', () => {
  let screen: Screen<CustomerHead>;
  const show = async (attributes: Attributes, id: string | number = 1004) => {
    const customer = { id, attributes, events: {}, last_updated: 1_560_964_022 };
    screen = await render(CustomerHead, { customer, id: String(id) });
  };

  it.each<[Attributes, string, string]>([
    [{ first_name: 'Söfia', last_name: ' Łuk ', email: 'a@b.example' }, 'Söfia Łuk', 'SŁ'],
    [{ name: 'Madonna', last_name: 'Ciccone' }, 'Madonna', 'M'],
    [{ name: 7, email: 'bill.b@b.example' }, 'bill.b@b.example', 'B'],
    [{ email: '' }, '1004', ''],
    [{ name: '<b>!</b>' }, '<b>!</b>', 'B'],
  ])('is headed by the display name of %j', async (attributes, title, initials) => {
    await show(attributes);
    expect(screen.texts('h1')).toEqual([`Customer ${title}`]);
    expect(screen.texts('.badge')).toEqual([initials]);
    expect(screen.one('.badge').ariaHidden).toBe('true');
  });

  it('shows and copies the id', async () => {
    await show({ email: 'a@b.example' }, 'a/b');
    expect(screen.names('button')).toEqual(['Copy id']);
    expect(screen.texts('[data-testid=customer-id]')).toEqual(['a/b']);
  });

  it('leads to the editor of created_at, with the value as it was sent in its title', async () => {
    await show({ created_at: '1529428022' });
    expect(screen.one('[data-testid=created] time').title).toContain('1529428022');
    const edited = heard(screen.component.edit);
    await screen.set({ mayEdit: true });
    await screen.click(screen.button('Edit created_at'));
    expect(edited).toEqual(['created_at']);
  });

  it('says since when, and how long ago', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_560_964_022_000);
    await show({ created_at: '1529428022' });
    jest.restoreAllMocks();
    expect(screen.texts('[data-testid=created] .distance')).toEqual(['11 months ago']);
    expect(screen.texts('[data-testid=last-updated] .distance')).toEqual(['this minute']);
  });

  it.each(['soon', 12, null])('has no time for created_at %s', async (created_at) => {
    await show({ created_at });
    expect(screen.texts('[data-testid=created]')).toEqual(['Not set']);
  });
});

describe('EventBars', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`event${i}`, 100 - i]));

  let screen: Screen<EventBars>;
  const show = async (events: Record<string, number>) => (screen = await render(EventBars, { events }));
  const rows = () => screen.all('[data-testid=event]').map((row) => [...row.children].map((c) => c.textContent.trim()));
  const names = () => rows().map(([name]) => name);
  const search = () => screen.input('Search events');

  it('lists events, most frequent first and by name then', async () => {
    await show({ seldom: 1, b: 500, a: 500, often: 8999 });
    expect(rows()).toEqual([
      ['often', '8,999'],
      ['a', '500'],
      ['b', '500'],
      ['seldom', '1'],
    ]);
    expect(screen.texts('caption')).toEqual(['Events of this customer']);
  });

  it.each([
    [{}, 'Events'],
    [{ a: 1 }, '1 event'],
    [{ a: 3 }, '3 events of 1 name'],
    [{ a: 1, b: 1999 }, '2,000 events of 2 names'],
  ])('counts the events and the names of %j', async (events, heading) => {
    await show(events);
    expect(screen.texts('h2')).toEqual([heading]);
  });

  it('measures the bars by the longest one, and has none where all counts are the same', async () => {
    await show({ a: 200, b: 50 });
    expect(screen.all('.fill').map(({ style }) => style.inlineSize)).toEqual(['100%', '25%']);
    await screen.set({ events: { a: 1, b: 1 } });
    expect(screen.all('.fill')).toEqual([]);
  });

  it('leads from a name to its events', async () => {
    await show({ ' Buy ': 2 });
    const opened = heard(screen.component.opened);
    await screen.click(screen.one('tbody button'));
    expect([opened, screen.one('tbody button').title]).toEqual([[' Buy '], 'Show  Buy  in the timeline']);
  });

  it('says that there are none', async () => {
    await show({});
    expect([screen.texts('p'), screen.all('table')]).toEqual([['No events yet.'], []]);
  });

  it('can be ordered by name, and says so', async () => {
    await show({ b: 2, '🦊': 9, a: 1, '\uffee': 1 });
    const sorted = () => screen.all('th').map(({ ariaSort }) => ariaSort);
    expect(sorted().slice(0, 3)).toEqual(['none', 'descending', null]);
    await screen.click(screen.button('Event'));
    expect(names()).toEqual(['a', 'b', '\uffee', '🦊']);
    expect(sorted().slice(0, 3)).toEqual(['ascending', 'none', null]);
    await screen.click(screen.button('Count'));
    expect(names()[0]).toBe('🦊');
  });

  it('says when each came last, with the first time in the title, and can be ordered by that', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(1_560_964_022_000);
    await show({ often: 9, late: 2, unknown: 1 });
    expect(screen.all('[data-testid=event-last]')).toEqual([]);
    const times = new Map([
      ['often', { first: 1_500_000_000, last: 1_560_000_000 }],
      ['late', { first: 1_560_960_000, last: 1_560_960_000 }],
    ]);
    await screen.set({ times });
    jest.restoreAllMocks();
    expect(rows().map(([, , last]) => last)).toEqual(['last week', '1 hour ago', '']);
    expect(screen.all('[data-testid=event-last]')[0].title).toMatch(/^First .*2017.*, last .*2019/);
    await screen.click(screen.button('Last'));
    expect(names()).toEqual(['late', 'often', 'unknown']);
    expect(screen.all('th').map(({ ariaSort }) => ariaSort)[2]).toBe('descending');
  });

  it('shows 12 at first, and all on demand', async () => {
    await show(many(13));
    expect(names()).toHaveLength(12);
    const all = screen.button('Show all 13');
    expect(all.ariaExpanded).toBe('false');
    await screen.click(all);
    expect(names()).toHaveLength(13);
    await screen.click(screen.button('Show fewer'));
    expect(names()).toHaveLength(12);
  });

  it('has neither a search nor more to show for 12', async () => {
    await show(many(12));
    expect([screen.all('input'), screen.names('button:not(.name)')]).toEqual([[], ['Event', 'Count']]);
  });

  it('searches the names, whatever the case, and says how many match', async () => {
    await show({ ...many(14), ' Buy ': 1 });
    await screen.type(search(), 'EVENT1');
    expect(names()).toEqual(['event1', 'event10', 'event11', 'event12', 'event13']);
    expect(screen.texts('[role=status]')).toEqual(['5 events match']);
    await screen.type(search(), ' buy');
    expect(screen.texts('[role=status]')).toEqual(['1 event matches']);
    expect(screen.names('tbody [role=img]')).toEqual(['1 space', '1 space']);
    await screen.type(search(), 'zzz');
    expect(screen.text).toContain('No event matches.');
  });
});
