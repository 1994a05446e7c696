import { TestBed } from '@angular/core/testing';

import { Screen, render } from '../../../../test/support/component';
import { JsonNumber, JsonValue } from '../../core/exact-json';
import { Attributes } from '../model/customer';
import { PinnedAttributes } from '../state/pinned-attributes';
import { AttributeList } from './attribute-list';
import { AttributeValue } from '../ui/attribute-value';
import { JsonTree } from '../ui/json-tree';

describe('AttributeList', () => {
  const many = (count: number): Attributes =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`name${i}`, i === 3 ? { City: 'Brno' } : `value${i}`]));

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

  it('begins with what tells who it is, and puts names with the same prefix together', async () => {
    await show({ zip: 1, utm_b: 2, utm_a: 3, city: 4, email: 5, utm_c: 6 });
    expect(names()).toEqual(['email', 'city', 'utm_a', 'utm_b', 'utm_c', 'zip']);
    expect(screen.texts('h3')).toEqual(['utm_3']);
  });

  it('puts a pinned attribute first, in this browser', async () => {
    await show({ email: 'a@b.example', plan: 'gold' });
    await screen.click(screen.button('Pin plan to the top'));
    expect([names(), TestBed.inject(PinnedAttributes).names()]).toEqual([['plan', 'email'], ['plan']]);
    expect(localStorage.getItem('roster.pinned-attributes')).toBe('["plan"]');
    expect(document.activeElement).toBe(screen.button('Unpin plan'));
    await screen.click(screen.button('Unpin plan'));
    expect([names(), localStorage.getItem('roster.pinned-attributes')]).toEqual([['email', 'plan'], null]);
  });

  it('folds a long list, which the search opens', async () => {
    await show({ ...many(300), email: 'a@b.example' });
    expect([names().length, names()[0]]).toEqual([30, 'email']);
    expect(screen.button('Show all 301').ariaExpanded).toBe('false');
    await screen.type(search(), 'value299');
    expect(names()).toEqual(['name299']);
    await screen.type(search(), '');
    await screen.click(screen.button('Show all 301'));
    expect(names()).toHaveLength(301);
    await screen.click(screen.button('Show fewer'));
    expect(names()).toHaveLength(30);
  });

  it('leaves out what the page shows elsewhere, unless it is sought', async () => {
    screen = await render(AttributeList, { attributes: { ...many(12), created_at: 7 }, elsewhere: ['created_at'] });
    expect(names()).not.toContain('created_at');
    expect(screen.texts('h2')).toEqual(['Attributes 13']);
    await screen.type(search(), 'created');
    expect(names()).toEqual(['created_at']);
  });

  it('has nothing to edit without a version', async () => {
    await show({ plan: 'gold' });
    screen.one('app-attribute-value').dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await screen.settle();
    expect(screen.all('form, [data-testid=edit-value], [data-testid=add-attribute]')).toEqual([]);
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

/** Compiled at run time, a component without imports does not know itself. */
const knowItself = () => TestBed.overrideComponent(JsonTree, { set: { imports: [JsonTree] } });

const open = async (screen: Screen, details = screen.all<HTMLDetailsElement>('details')[0]) => {
  details.open = !details.open;
  details.dispatchEvent(new Event('toggle'));
  await screen.settle();
};

describe('JsonTree', () => {
  const show = (value: JsonValue) => render(JsonTree, { value });

  it.each<[JsonValue, string]>([
    [{}, '{}'],
    [[], '[]'],
  ])('shows the empty %j without a way in', async (value, text) => {
    const screen = await show(value);
    expect([screen.text, screen.all('details')]).toEqual([text, []]);
  });

  it.each<[JsonValue, string]>([
    [[1], '1 item'],
    [[1, null], '2 items'],
    [{ a: 1 }, '1 member'],
    [{ a: 1, b: [] }, '2 members'],
  ])('counts what is in %j', async (value, count) => {
    const screen = await show(value);
    expect(screen.texts('.count')).toEqual([count]);
    expect(screen.texts('.preview')).toEqual([JSON.stringify(value)]);
  });

  it('cuts a long preview', async () => {
    const screen = await show(['x'.repeat(100)]);
    expect(screen.texts('.preview')).toEqual([`["${'x'.repeat(58)}…`]);
  });

  it('shows the members once it is opened, and draws nothing deeper before', async () => {
    knowItself();
    const zero = new JsonNumber('0.0');
    const screen = await show({ text: ' <b> ', none: null, no: false, zero, nothing: [], inner: { deep: ['end'] } });
    expect(screen.texts('.preview')).toEqual([expect.stringContaining('"zero":0.0,')]);
    expect(screen.all('li')).toEqual([]);
    await open(screen);
    expect(screen.all('.preview').map((element) => element.textContent)).toEqual(['{"deep":["end"]}']);
    const leaves = screen.all('li:has(> .leaf)').map((li) => [...li.children].map(({ textContent }) => textContent));
    expect(leaves).toEqual([
      ['text', '" <b> "'],
      ['none', 'null'],
      ['no', 'false'],
      ['zero', '0.0'],
      ['nothing', '[]'],
    ]);
    await open(screen, screen.all<HTMLDetailsElement>('details')[1]);
    await open(screen, screen.all<HTMLDetailsElement>('details')[2]);
    expect(screen.texts('.leaf').at(-1)).toBe('"end"');
    await open(screen);
    expect(screen.all('li')).toEqual([]);
  });

  it('names a nested member in its own line', async () => {
    knowItself();
    const screen = await show([[{ deep: true }]]);
    await open(screen);
    expect(screen.texts('summary').at(-1)).toContain('01 item');
  });
});

describe('AttributeValue', () => {
  const show = (value: JsonValue, name = 'plan') => render(AttributeValue, { name, value });

  it.each([
    ['https://example.com/a?b=c', 'https://example.com/a?b=c'],
    ['bill@example.com', 'mailto:bill@example.com'],
  ])('links %s, in a page of its own that knows nothing of this one', async (value, href) => {
    const screen = await show(value);
    const link = screen.link(value);
    expect([link.getAttribute('href'), link.target, link.rel]).toEqual([href, '_blank', 'noopener noreferrer']);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', '//example.com', 'a b@c.example', '<a href="x">x</a>'])(
    'does not link %s',
    async (value) => {
      const screen = await show(value);
      expect([screen.all('a'), screen.text]).toEqual([[], value]);
    },
  );

  it('shows a time as a date, with the value as it was sent', async () => {
    const screen = await show('1542474417', 'created_at');
    expect(screen.one('time').getAttribute('datetime')).toBe('2018-11-17T17:06:57.000Z');
    expect(screen.texts('.raw')).toEqual(['1542474417']);
  });

  it.each<[JsonValue, string]>([
    [0, '0'],
    [-1.5e300, '-1.5e+300'],
    [true, 'true'],
    [false, 'false'],
  ])('shows %j as it is', async (value, text) => {
    const screen = await show(value);
    expect(screen.texts('.code')).toEqual([text]);
  });

  it.each([
    ['spent', 1234567, ['1,234,567']],
    ['spent', -12345, ['-12,345']],
    ['spent', 1234, []],
    ['spent', 12345.5, []],
    ['order_id', 1234567, []],
    ['zip', 12345, []],
  ])('reads a long quantity beside its value: %s %d', async (name, value, reading) => {
    const screen = await show(value, name);
    expect([screen.texts('.code'), screen.texts('.raw')]).toEqual([[String(value)], reading]);
  });

  it('tells true from false also by a picture', async () => {
    const yes = (await show(true)).one('path').getAttribute('d');
    const screen = await render(AttributeValue, { name: 'plan', value: false });
    expect(screen.one('path').getAttribute('d')).not.toBe(yes);
  });

  it('folds nested values', async () => {
    const screen = await show({ city: 'Brno' });
    expect(screen.texts('summary .count')).toEqual(['1 member']);
  });

  it('cuts a text of more than 320 characters, and shows all on demand', async () => {
    const screen = await show('x'.repeat(320));
    expect(screen.all('button')).toEqual([]);
    // A character of two UTF-16 units is not cut in half.
    const long = '🦊'.repeat(321);
    await screen.set({ value: long });
    expect(screen.texts('.text')).toEqual([`${'🦊'.repeat(320)}…`]);
    const all = screen.button('Show all');
    expect(all.ariaExpanded).toBe('false');
    await screen.click(all);
    expect(screen.texts('.text')).toEqual([long]);
    expect(screen.button('Show less').ariaExpanded).toBe('true');
    await screen.click(screen.button('Show less'));
    expect(screen.texts('.text')).toEqual([`${'🦊'.repeat(320)}…`]);
  });

  it('does not take white space at the ends for a long text', async () => {
    const screen = await show(`x${' '.repeat(400)}`);
    expect(screen.all('button')).toEqual([]);
    expect(screen.names('[role=img]')).toEqual(['400 spaces']);
  });
});
