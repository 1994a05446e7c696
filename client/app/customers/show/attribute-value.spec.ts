import { TestBed } from '@angular/core/testing';

import { Screen, render } from '../../../../test/support/component';
import { JsonValue } from '../model/customer';
import { AttributeValue } from './attribute-value';
import { JsonTree } from './json-tree';

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
    const screen = await show({ text: ' <b> ', none: null, no: false, zero: 0, nothing: [], inner: { deep: ['end'] } });
    expect(screen.all('li')).toEqual([]);
    await open(screen);
    expect(screen.all('.preview').map((element) => element.textContent)).toEqual(['{"deep":["end"]}']);
    const leaves = screen.all('li:has(> .leaf)').map((li) => [...li.children].map(({ textContent }) => textContent));
    expect(leaves).toEqual([
      ['text', '" <b> "'],
      ['none', 'null'],
      ['no', 'false'],
      ['zero', '0'],
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
