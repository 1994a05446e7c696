import { render } from '../../../../test/support/component';
import { Attributes } from '../model/customer';
import { CustomerCell } from './customer-cell';

const customer = (attributes: Attributes, events: Record<string, number> = {}) => ({
  id: 7,
  attributes,
  events,
  last_updated: 1_560_964_022,
});
const show = (name: string, attributes: Attributes) =>
  render(CustomerCell, { customer: customer(attributes), column: { kind: 'attribute', name }, label: name });
const value = '.value, .soft, time';

describe('CustomerCell', () => {
  it.each([
    ['text', 'gold'],
    ['a number', 1.5],
    ['zero', 0],
    ['false', false],
    ['a link', 'https://example.com/a?b=c'],
    ['a right-to-left text', 'שלום'],
    ['a long text', 'x'.repeat(500)],
  ])('shows %s in one line, whole in its title', async (_, plan) => {
    const screen = await show('plan', { plan });
    expect(screen.texts('.value')).toEqual([String(plan)]);
    expect(screen.one('.value').title).toBe(String(plan));
    expect(screen.one('.value').dir).toBe('auto');
    expect(screen.all('a')).toEqual([]);
  });

  it('shows nested values as JSON', async () => {
    const screen = await show('plan', { plan: { name: 'gold', tags: [1, null, ''] } });
    expect(screen.texts('.code')).toEqual(['{"name":"gold","tags":[1,null,""]}']);
  });

  it('marks white space at the ends of a text', async () => {
    const screen = await show('plan', { plan: ' gold' });
    expect(screen.names('[role=img]')).toEqual(['1 space']);
  });

  it.each([
    ['created_at', '1542474417', '2018-11-17T17:06:57.000Z'],
    ['created_at', 1542474417, '2018-11-17T17:06:57.000Z'],
    ['renewed_at', 1542474417000, '2018-11-17T17:06:57.000Z'],
    ['note', '2018-11-17T17:06:57Z', '2018-11-17T17:06:57.000Z'],
  ])(
    'tells how long ago %s %s is, with the time itself below and the raw value in the title',
    async (name, raw, iso) => {
      const screen = await show(name, { [name]: raw });
      expect(screen.one('time').getAttribute('datetime')).toBe(iso);
      expect(screen.texts('time')).toEqual([expect.stringMatching(/^\d+ years ago$/)]);
      expect(screen.texts('.exact')).toEqual([expect.stringContaining('Nov 17, 2018')]);
      expect(screen.one('time').title).toMatch(new RegExp(`2018.*\n${raw}$`, 's'));
    },
  );

  it.each(['soon', '99999999', 1542474417.5])('shows created_at %s, which is no time, as it is', async (created_at) => {
    const screen = await show('created_at', { created_at });
    expect(screen.texts(value)).toEqual([String(created_at)]);
  });

  it.each(['plan', 'constructor', '__proto__'])('says that there is no %s', async (name) => {
    const screen = await show(name, {});
    expect(screen.texts('.soft')).toEqual(['–']);
    expect(screen.one('.soft').ariaHidden).toBe('true');
    expect(screen.texts('.cdk-visually-hidden')).toEqual(['none']);
  });

  it.each([
    ['buy', '12,345'],
    ['sell', '0'],
    ['toString', '0'],
  ])('counts the events %s as %s', async (name, text) => {
    const column = { kind: 'event', name } as const;
    const screen = await render(CustomerCell, { customer: customer({}, { buy: 12_345 }), column, label: name });
    expect(screen.texts(value)).toEqual([text]);
  });

  it('shows when the customer was last updated', async () => {
    const column = { kind: 'last_updated', name: '' } as const;
    const screen = await render(CustomerCell, { customer: customer({}), column, label: 'Last updated' });
    expect(screen.one('time').getAttribute('datetime')).toBe('2019-06-19T17:07:02.000Z');
    expect(screen.texts('.exact')).toEqual([expect.stringContaining('Jun 19, 2019')]);
  });

  it('shows the id', async () => {
    const screen = await render(CustomerCell, {
      customer: customer({}),
      column: { kind: 'id', name: '' },
      label: 'Id',
    });
    expect(screen.texts(value)).toEqual(['7']);
  });

  it('has the label of its column for a card, but for an address', async () => {
    const screen = await show('plan', { plan: 'gold', email: 'a@b.example' });
    expect(screen.texts('.label')).toEqual(['plan']);
    expect(screen.one('.label').ariaHidden).toBe('true');
    await screen.set({ column: { kind: 'attribute', name: 'email' } });
    expect(screen.all('.label')).toEqual([]);
  });
});
