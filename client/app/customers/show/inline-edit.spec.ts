import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { JsonNumber, JsonValue } from '../../core/exact-json';
import { Toast, ToastAction } from '../../ui/toast';
import { Attributes } from '../model/customer';
import { AttributeList } from './attribute-list';

const PATH = '/customers/a%2Fb';

describe('an attribute that is edited in its place', () => {
  let screen: Screen<AttributeList>;
  let http: HttpTestingController;
  let toasts: [string, string | undefined][];

  const version = (attributes: Attributes, etag = '"v1"') => ({
    customer: { id: 'a/b', attributes, events: {}, last_updated: 1 },
    etag,
  });
  const open = async (attributes: Attributes) => {
    toasts = [];
    const show = (text: string, action?: ToastAction) => Promise.resolve(void toasts.push([text, action?.label]));
    const inputs = { id: 'a/b', attributes, editable: version(attributes) };
    screen = await render(AttributeList, inputs, [...HTTP, { provide: Toast, useValue: { show } }]);
    http = TestBed.inject(HttpTestingController);
  };
  const edit = async (name: string) => {
    await screen.click(screen.button(`Edit ${name}`));
    await screen.settle();
  };
  const field = () => screen.one<HTMLTextAreaElement>('[data-testid=attribute-value]');
  const answer = async (status: number, body: object, etag = '"v2"', method = 'PATCH') => {
    const request = http.expectOne({ method, url: PATH });
    request.flush(body, { status, statusText: 'x', headers: { etag } });
    await screen.settle();
    return { body: request.request.body as unknown, headers: request.request.headers };
  };
  const saved = (attributes: Attributes) => ({ customer: version(attributes).customer });
  const save = () => screen.submit();

  it('has the focus and its text selected, is saved against its version, and can be undone', async () => {
    await open({ city: 'Brno', plan: 'gold' });
    await edit('city');
    expect([document.activeElement, field().value]).toEqual([field(), 'Brno']);
    expect([field().selectionStart, field().selectionEnd]).toEqual([0, 4]);
    await screen.type(field(), 'Praha');
    await save();
    await save();
    const { body, headers } = await answer(200, saved({ city: 'Praha', plan: 'gold' }));
    expect([body, headers.get('if-match')]).toEqual([{ customer: { attributes: { city: 'Praha' } } }, '"v1"']);
    expect([toasts, screen.all('form')]).toEqual([[['Changes saved', 'Undo']], []]);
    expect(document.activeElement).toBe(screen.button('Edit city'));
  });

  it('opens with a double click on the value, and not with one on a link', async () => {
    await open({ city: 'Brno', site: 'https://a.example' });
    const twice = async (target: HTMLElement) => {
      target.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
      await screen.settle();
    };
    await twice(screen.link('https://a.example'));
    expect(screen.all('form')).toEqual([]);
    await twice(screen.one('[data-name=city] app-value-text.text'));
    expect(field().value).toBe('Brno');
  });

  it('is left by Escape, which does not leave the page, with the focus where it was', async () => {
    await open({ city: 'Brno' });
    await edit('city');
    await screen.type(field(), 'Praha');
    expect(screen.component.hasChanges()).toBe(true);
    expect(await screen.press(field(), 'Escape')).toBe(true);
    expect([screen.all('form'), document.activeElement]).toEqual([[], screen.button('Edit city')]);
    http.verify();
  });

  it('sends nothing when nothing changed', async () => {
    await open({ city: 'Brno' });
    await edit('city');
    await save();
    expect(screen.all('form')).toEqual([]);
    http.verify();
  });

  it.each<[string, JsonValue, string, string]>([
    ['email', 'a@b.example', 'nobody', 'Enter an email as text, such as bill@example.com.'],
    ['age', 7, 'seven', 'Enter a number, such as 42 or -1.5.'],
    ['created_at', 1529428022, '12', 'Enter a time as Unix seconds, from 100000000 to 9999999999.'],
    ['shape', { a: 1 }, '{', 'This is not valid JSON.'],
  ])('keeps the rules of the edit page: %s is not %j but %s', async (name, value, typed, message) => {
    await open({ [name]: value });
    await edit(name);
    await screen.type(field(), typed);
    await save();
    await screen.settle();
    http.verify();
    expect(screen.text).toContain(message);
    expect(document.activeElement).toBe(field());
  });

  it('keeps the type of its value', async () => {
    await open({ age: 7 });
    await edit('age');
    await screen.type(field(), '007.50');
    await save();
    const { body } = await answer(200, saved({ age: 7.5 }));
    expect(body).toEqual({ customer: { attributes: { age: new JsonNumber('7.50') } } });
  });

  it('shows what the server refuses', async () => {
    await open({ city: 'Brno' });
    await edit('city');
    await screen.type(field(), 'Praha');
    await save();
    const details = [{ field: 'customer.attributes.city', message: 'It is too far.' }];
    await answer(400, { code: 'invalid_customer', message: 'x', details });
    expect([screen.text, field().value]).toEqual([expect.stringContaining('It is too far.'), 'Praha']);
    await save();
    await answer(503, { code: 'busy', message: 'Not now.' });
    expect(screen.texts('[role=alert]')).toEqual(['Not now.']);
  });

  it('is saved on a newer version in which others changed something else', async () => {
    await open({ city: 'Brno', plan: 'gold' });
    await edit('city');
    await screen.type(field(), 'Praha');
    await save();
    await answer(412, { code: 'customer_changed', message: 'x' });
    await answer(200, saved({ city: 'Brno', plan: 'free' }), '"v2"', 'GET');
    const { headers } = await answer(200, saved({ city: 'Praha', plan: 'free' }), '"v3"');
    expect([headers.get('if-match'), screen.all('form'), toasts.length]).toEqual(['"v2"', [], 1]);
  });

  it('tells that someone else changed it, and leaves the choice', async () => {
    await open({ city: 'Brno' });
    await edit('city');
    await screen.type(field(), 'Praha');
    await save();
    await answer(412, { code: 'customer_changed', message: 'x' });
    await answer(200, saved({ city: 'Ostrava' }), '"v2"', 'GET');
    expect(screen.texts('[data-testid=inline-conflict]')).toEqual([
      'Someone changed this meanwhile. It is "Ostrava" now.',
    ]);
    expect(field().value).toBe('Praha');
    expect(screen.names('form button[type=submit], [data-testid=inline-cancel]')).toEqual(['Save mine', 'Keep theirs']);
    await save();
    const { headers } = await answer(200, saved({ city: 'Praha' }), '"v3"');
    expect([headers.get('if-match'), screen.all('form')]).toEqual(['"v2"', []]);
  });

  it('keeps what is typed when someone else removed it', async () => {
    await open({ city: 'Brno', plan: 'gold' });
    await edit('city');
    await screen.type(field(), 'Praha');
    await save();
    await answer(412, { code: 'customer_changed', message: 'x' });
    await answer(200, saved({ plan: 'gold' }), '"v2"', 'GET');
    await screen.set({ attributes: { plan: 'gold' }, editable: version({ plan: 'gold' }, '"v2"') });
    expect(screen.texts('[data-testid=inline-conflict]')).toEqual(['Someone removed this attribute meanwhile.']);
    expect(field().value).toBe('Praha');
  });

  it('says that the customer was deleted meanwhile', async () => {
    await open({ city: 'Brno' });
    await edit('city');
    await screen.type(field(), 'Praha');
    await save();
    await answer(412, { code: 'customer_changed', message: 'x' });
    await answer(404, { code: 'customer_not_found', message: 'x' }, '', 'GET');
    expect(screen.texts('[role=alert]')).toEqual(['This customer was deleted meanwhile.']);
    expect(field().value).toBe('Praha');
  });

  it('is renamed: the old name goes, and the new one has its value', async () => {
    await open({ city: 'Brno' });
    await edit('city');
    await screen.click(screen.button('Rename city'));
    await screen.settle();
    await screen.type(screen.one('[data-testid=attribute-name]'), 'town');
    await save();
    const { body } = await answer(200, saved({ town: 'Brno' }));
    expect(body).toEqual({ customer: { attributes: { city: null, town: 'Brno' } } });
  });

  it('is added, unless its name is taken', async () => {
    await open({ city: 'Brno' });
    await screen.click(screen.button('Add attribute'));
    await screen.settle();
    const name = screen.one('[data-testid=attribute-name]');
    expect(document.activeElement).toBe(name);
    await screen.type(name, 'city');
    await screen.type(field(), 'gold');
    await save();
    expect(screen.text).toContain('There is an attribute with this name already.');
    await screen.type(name, 'plan');
    await save();
    const { body } = await answer(200, saved({ city: 'Brno', plan: 'gold' }));
    expect([body, screen.all('form')]).toEqual([{ customer: { attributes: { plan: 'gold' } } }, []]);
    expect(document.activeElement).toBe(screen.button('Add attribute'));
  });
});
