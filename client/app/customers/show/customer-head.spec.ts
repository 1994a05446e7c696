import { Screen, render } from '../../../../test/support/component';
import { Attributes } from '../model/customer';
import { personOf } from '../model/person';
import { CustomerHead } from './customer-head';

describe('CustomerHead', () => {
  let screen: Screen<CustomerHead>;
  const show = async (attributes: Attributes, id: string | number = 1004) => {
    const customer = { id, attributes, events: {}, last_updated: 1_560_964_022 };
    screen = await render(CustomerHead, { customer, person: personOf(customer), id: String(id) });
  };

  it.each<[Attributes, string, string]>([
    [{ first_name: 'Söfia', last_name: ' Łuk ', email: 'a@b.example' }, 'Söfia Łuk', 'SŁ'],
    [{ name: 'Madonna' }, 'Madonna', 'M'],
    [{ first_name: '  ', full_name: 'Ada King Lovelace' }, 'Ada King Lovelace', 'AL'],
    [{ name: 7, email: 'bill.b@b.example' }, 'bill.b@b.example', 'B'],
    [{ email: '' }, '1004', '1'],
    [{ name: '<b>!</b>' }, '<b>!</b>', 'B'],
    [{ name: '!?' }, '!?', '?'],
  ])('is headed by the best name of %j', async (attributes, title, initials) => {
    await show(attributes);
    expect(screen.texts('h1')).toEqual([`Customer ${title}`]);
    expect(screen.texts('.badge')).toEqual([initials]);
    expect(screen.one('.badge').ariaHidden).toBe('true');
  });

  it('links and copies the address, and copies the id', async () => {
    await show({ email: 'a@b.example' }, 'a/b');
    expect(screen.link('a@b.example').getAttribute('href')).toBe('mailto:a@b.example');
    expect(screen.names('button')).toEqual(['Copy email', 'Copy id']);
    expect(screen.texts('[data-testid=customer-id]')).toEqual(['a/b']);
  });

  it.each<[Attributes]>([[{}], [{ email: 7 }], [{ email: ' ' }]])('says that there is no address in %j', async (of) => {
    await show(of);
    expect(screen.texts('[data-testid=email]')).toEqual(['No email']);
    expect(screen.names('button')).toEqual(['Copy id']);
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
