import { Screen, render } from '../../../../test/support/component';
import { Attributes } from '../model/customer';
import { AttributeList } from './attribute-list';

const many = (count: number): Attributes =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`name${i}`, i === 3 ? { City: 'Brno' } : `value${i}`]));

describe('AttributeList', () => {
  let screen: Screen<AttributeList>;
  const show = async (attributes: Attributes) => (screen = await render(AttributeList, { attributes }));
  const names = () => screen.all('[data-testid=attribute]').map((pair) => pair.getAttribute('data-name'));
  const search = () => screen.input('Search attributes');

  it('lists the attributes in the order of code points, and counts them', async () => {
    await show({ b: 1, '🦊': 2, a: 3, Z: 4, '\uffee': 5, ' ': 6 });
    expect(names()).toEqual([' ', 'Z', 'a', 'b', '\uffee', '🦊']);
    expect(screen.texts('h2')).toEqual(['Attributes 6']);
  });

  it('copies each value as one types it', async () => {
    const copied: string[] = [];
    const clipboard = { writeText: (text: string) => Promise.resolve(void copied.push(text)) };
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard });
    await show({ city: { name: 'Brno' }, plan: ' gold' });
    await screen.click(screen.button('Copy city'));
    await screen.click(screen.button('Copy plan'));
    Reflect.deleteProperty(navigator, 'clipboard');
    expect(copied).toEqual(['{\n  "name": "Brno"\n}', ' gold']);
  });

  it('says that there are none', async () => {
    await show({});
    expect(screen.texts('p')).toEqual(['No attributes yet.']);
  });

  it('has a search from 12 on', async () => {
    await show(many(11));
    expect(screen.all('input')).toEqual([]);
    await screen.set({ attributes: many(12) });
    expect(search().value).toBe('');
  });

  it('searches names and values, whatever the case, and says how many match', async () => {
    await show(many(12));
    const status = () => screen.texts('[role=status]');
    expect(status()).toEqual(['']);
    await screen.type(search(), ' NAME1 ');
    expect([names(), status()]).toEqual([['name1', 'name10', 'name11'], ['3 attributes match']]);
    await screen.type(search(), 'brno');
    expect([names(), status()]).toEqual([['name3'], ['1 attribute matches']]);
    await screen.type(search(), 'zzz');
    expect([names(), status()]).toEqual([[], ['0 attributes match']]);
    expect(screen.text).toContain('No attribute matches.');
    await screen.type(search(), '');
    expect(names()).toHaveLength(12);
  });
});
