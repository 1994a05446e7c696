import { HttpTestingController } from '@angular/common/http/testing';
import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen, announced, render } from '../../../../test/support/component';
import { Toast } from '../../ui/toast';
import { CustomerCreate } from './customer-create';

@Component({ template: '', changeDetection: ChangeDetectionStrategy.OnPush })
class Elsewhere {}

describe('CustomerCreate', () => {
  let screen: Screen<CustomerCreate>;
  let http: HttpTestingController;
  let toasts: string[];

  const open = async (inputs: { newId?: string } = {}) => {
    toasts = [];
    screen = await render(CustomerCreate, inputs, [
      ...HTTP,
      provideRouter([{ path: '**', component: Elsewhere }]),
      { provide: Toast, useValue: { show: (text: string) => Promise.resolve(toasts.push(text)) } },
    ]);
    http = TestBed.inject(HttpTestingController);
  };
  /** Comes again, as after a reload. */
  const reopen = async () => {
    TestBed.resetTestingModule();
    await open();
  };
  const id = () => screen.input('Id');
  const value = (name: string) => screen.one(`[data-name="${name}"] [data-testid=attribute-value]`);
  const save = () => screen.submit();
  const fill = async () => {
    await screen.type(id(), 'a/b');
    await screen.type(value('email'), 'a@b.example');
  };
  const post = () => http.expectOne({ method: 'POST', url: '/customers' });
  const refuse = async (status: number, body: object) => {
    post().flush(body, { status, statusText: 'x' });
    await screen.settle();
  };
  const errors = () => {
    const fields = screen.all('[aria-invalid=true]').map((field) => field.getAttribute('aria-describedby') ?? '');
    return fields.flatMap((ids) => screen.texts(`[id="${ids.split(' ')[0]}"]`));
  };
  const url = () => TestBed.inject(Router).url;

  beforeEach(() => localStorage.clear());

  it('begins with the id of the address, unless a draft has one', async () => {
    await open({ newId: 'x/y' });
    expect(id().value).toBe('x/y');
    await screen.type(id(), 'z');
    TestBed.resetTestingModule();
    await open({ newId: 'x/y' });
    expect(id().value).toBe('z');
  });

  describe('the id', () => {
    const said = () => screen.texts('[data-testid=id-state]');
    const lookUp = async (text: string) => {
      await screen.type(id(), text);
      await jest.advanceTimersByTimeAsync(300);
      return http.expectOne({ method: 'GET', url: `/customers/${text}` });
    };
    const gone = async (text: string, code: string) => {
      (await lookUp(text)).flush({ code, message: 'x' }, { status: 404, statusText: 'x' });
      await screen.settle();
    };
    const trash = async (entries: readonly object[]) => {
      http.expectOne(({ url }) => url === '/trash').flush({ entries, meta: {} });
      await screen.settle();
    };
    beforeEach(async () => {
      jest.useFakeTimers();
      await open();
    });
    afterEach(() => jest.useRealTimers());

    it('has the focus', () => expect(document.activeElement).toBe(id()));

    it('is looked up while it is typed: by whom it is taken', async () => {
      await screen.type(id(), '1');
      (await lookUp('12')).flush({ customer: { id: 12, attributes: { name: 'Zoe' }, events: {}, last_updated: 1 } });
      await screen.settle();
      expect(said()).toEqual(['Taken by Zoe · 12.']);
      expect(screen.link('Zoe · 12').getAttribute('href')).toBe('/customers/12');
      await screen.type(id(), '.');
      await jest.advanceTimersByTimeAsync(300);
      expect(said()).toEqual(['']);
      http.verify();
    });

    it('is free, in the trash or suppressed', async () => {
      await gone('7', 'customer_not_found');
      await trash([]);
      expect(said()).toEqual(['This id is free.']);
      await gone('8', 'customer_not_found');
      await trash([{ id: 8 }]);
      expect(said()[0]).toContain('This customer is in the trash.');
      expect(screen.link('Restore it').getAttribute('href')).toBe('/customers/8');
      await gone('9', 'customer_suppressed');
      expect(said()[0]).toContain('This id is suppressed');
      (await lookUp('10')).error(new ProgressEvent('error'));
      await screen.settle();
      expect(said()).toEqual(['']);
    });
  });

  it('tries again when the server was away', async () => {
    await open();
    await fill();
    await save();
    post().error(new ProgressEvent('error'));
    await screen.settle();
    await screen.click(screen.button('Try again'));
    post();
  });

  it('asks for an id and an email, and complains of nothing yet', async () => {
    await open();
    expect(screen.texts('h1')).toEqual(['New customer']);
    expect(id().getAttribute('aria-required')).toBe('true');
    expect(value('email').getAttribute('aria-required')).toBe('true');
    expect(errors()).toEqual([]);
    expect(screen.component.hasUnsavedChanges()).toBe(false);
  });

  it('creates a customer only where there is none, and goes there', async () => {
    await open();
    await fill();
    await screen.click(screen.button('Add attribute'));
    await screen.type(screen.input('Name of the new attribute'), 'plan');
    await screen.type(value('plan'), 'göld');
    await save();
    expect(screen.button('Creating…').getAttribute('aria-busy')).toBe('true');
    // A second press sends no second time.
    await save();
    const request = post();
    expect(request.request.headers.get('if-none-match')).toBe('*');
    expect(request.request.body).toEqual({
      customer: { id: 'a/b', attributes: { email: 'a@b.example', plan: 'göld' } },
    });
    request.flush({ customer: { id: 'a/b', attributes: {}, events: {}, last_updated: 1 } });
    await screen.settle();
    expect([url(), toasts]).toEqual(['/customers/a%2Fb', ['Customer created']]);
    expect(screen.component.hasUnsavedChanges()).toBe(false);
    await reopen();
    expect(id().value).toBe('');
  });

  it('sends nothing that is incomplete: says what is missing and leads there', async () => {
    jest.useFakeTimers();
    await open();
    await save();
    await jest.advanceTimersByTimeAsync(20);
    http.verify();
    expect(errors()).toEqual(['Enter an id.', 'Enter an email address.']);
    expect(document.activeElement).toBe(id());
    expect(await announced()).toBe('2 fields need attention');
    await screen.type(id(), '7');
    await save();
    await jest.advanceTimersByTimeAsync(20);
    expect(document.activeElement).toBe(value('email'));
    expect(await announced()).toBe('One field needs attention');
    jest.useRealTimers();
  });

  it.each([
    ['.', 'This id cannot be part of a web address. Choose another one.'],
    ['ü'.repeat(76), 'An id has at most 150 bytes.'],
    ['a\0', 'This has a character that cannot be stored (U+0000 or half of a surrogate pair).'],
  ])('says while typing what is wrong with the id %j', async (text, error) => {
    await open();
    await screen.type(id(), text);
    expect(errors()).toEqual([error]);
  });

  it('overwrites nobody: leads to the customer that has the id', async () => {
    await open();
    await fill();
    await save();
    await refuse(412, { code: 'customer_exists', message: 'x' });
    expect(screen.texts('app-notice strong')).toEqual(['A customer with this id exists']);
    expect(screen.link('Open customer a/b').getAttribute('href')).toBe('/customers/a%2Fb');
    expect([id().value, value('email')]).toMatchObject(['a/b', { value: 'a@b.example' }]);
    await screen.type(id(), 'c');
    expect(screen.all('app-notice')).toEqual([]);
  });

  it('puts what the server refuses on its field, and the rest above', async () => {
    await open();
    await fill();
    await save();
    const details = [
      { field: 'customer.id', message: 'Not this id.' },
      { field: 'customer.attributes.email', message: 'Not this email.' },
      { field: 'customer.attributes.other', message: 'Not this.' },
    ];
    await refuse(400, { code: 'invalid_request', message: 'Refused.', details });
    expect(errors()).toEqual(['Not this id.', 'Not this email.']);
    expect(screen.texts('app-notice p')).toEqual(['Refused.', 'customer.attributes.other: Not this.']);
    await screen.type(id(), 'other');
    expect(errors()).toEqual(['Not this email.']);
  });

  it('keeps what was typed in this browser, until it is discarded', async () => {
    await open();
    await fill();
    await reopen();
    expect([id().value, value('email')]).toMatchObject(['a/b', { value: 'a@b.example' }]);
    expect(screen.text).toContain('What you typed before is here again');
    // A build for development warns that all rows are new ones, as they are meant to be.
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    await screen.click(screen.button('Discard it'));
    warn.mockRestore();
    expect([id().value, value('email'), screen.all('app-restored-draft')]).toMatchObject(['', { value: '' }, []]);
    await reopen();
    expect([id().value, screen.all('app-restored-draft')]).toEqual(['', []]);
  });

  it('knows what a leave would throw away, and forgets it when asked', async () => {
    await open();
    await screen.type(value('email'), 'a');
    const leaving = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leaving);
    expect([screen.component.hasUnsavedChanges(), leaving.defaultPrevented]).toEqual([true, false]);
    screen.component.discardChanges();
    expect(screen.component.hasUnsavedChanges()).toBe(false);
    await reopen();
    expect(value('email')).toHaveProperty('value', '');
  });

  it('saves and leaves by keys, also while one types', async () => {
    await open();
    await fill();
    expect(await screen.press(id(), 's', { ctrlKey: true })).toBe(true);
    await refuse(503, { code: 'busy', message: 'Not now.' });
    expect(screen.texts('app-notice p')).toEqual(['Not now.', 'Try again']);
    await screen.press(id(), 'Escape');
    expect(url()).toBe('/customers');
  });

  it('creates with what waits in the panel for many attributes', async () => {
    await open();
    await fill();
    await screen.click(screen.button('Paste many'));
    await screen.type(screen.one('[data-testid=paste-text]'), 'vip: true');
    const leaving = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(true);
    await save();
    const { request } = http.expectOne({ method: 'POST', url: '/customers' });
    expect(request.body).toMatchObject({ customer: { attributes: { vip: true } } });
  });
});
