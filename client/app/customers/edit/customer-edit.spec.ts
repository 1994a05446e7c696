import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, TestRequest, provideHttpClientTesting } from '@angular/common/http/testing';
import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter, withComponentInputBinding } from '@angular/router';
import { RouterTestingHarness } from '@angular/router/testing';

import { Connection } from '../../core/connection';
import { Toast } from '../../ui/toast';
import { Attributes, Customer } from '../model/customer';
import { CustomerEdit } from './customer-edit';

@Component({ template: '', changeDetection: ChangeDetectionStrategy.OnPush })
class Elsewhere {}

const record: Attributes = { email: 'bill@example.com', created_at: '1542474417', plan: 'basic', score: 1.5 };
const customer = (attributes: Attributes): { customer: Customer } => ({
  customer: { id: 1004, attributes, events: {}, last_updated: 1 },
});

describe('CustomerEdit', () => {
  let harness: RouterTestingHarness;
  let http: HttpTestingController;

  const root = () => harness.fixture.nativeElement as HTMLElement;
  const all = <T extends HTMLElement>(selector: string) => [...root().querySelectorAll<T>(selector)];
  const row = (name: string) => all(`[data-testid=attribute-row][data-name="${name}"]`)[0];
  /** The store answers with promises, which the stability of Angular does not cover. One turn of the event loop settles them. */
  const settle = async () => {
    await new Promise((resolve) => setTimeout(resolve));
    await harness.fixture.whenStable();
  };
  const type = async (field: Element | null, text: string) => {
    if (!(field instanceof HTMLInputElement) && !(field instanceof HTMLTextAreaElement)) throw new Error('no field');
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await settle();
  };
  const value = (name: string) => row(name).querySelector('[data-testid=attribute-value]');
  const click = async (selector: string, within: Element = root()) => {
    within.querySelector<HTMLElement>(selector)?.click();
    await settle();
  };
  const answer = async (request: TestRequest, attributes: Attributes, etag: string) => {
    request.flush(customer(attributes), { headers: { etag } });
    await settle();
  };
  const get = () => http.expectOne({ method: 'GET', url: '/customers/1004' });
  const patch = () => http.expectOne({ method: 'PATCH', url: '/customers/1004' });

  beforeEach(async () => {
    localStorage.clear();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        { provide: Toast, useValue: { show: () => Promise.resolve() } },
        provideRouter(
          [
            { path: 'customers/:id', component: Elsewhere },
            { path: 'customers/:id/edit', component: CustomerEdit },
          ],
          withComponentInputBinding(),
        ),
      ],
    });
    harness = await RouterTestingHarness.create();
    http = TestBed.inject(HttpTestingController);
    await harness.navigateByUrl('/customers/1004/edit');
    await answer(get(), record, '"v1"');
  });

  it('sends only what changed, with the version it was changed on', async () => {
    await type(value('score'), '2');
    await click('[data-testid=attribute-remove]', row('plan'));
    await click('[data-testid=add-attribute]');
    await type(row('').querySelector('[data-testid=attribute-name]'), 'colour');
    await type(value('colour'), 'blue');
    expect(all('[data-testid=summary]')[0].textContent).toBe('1 added, 1 changed, 1 removed');

    await click('[data-testid=save]');
    const request = patch();
    expect(request.request.headers.get('if-match')).toBe('"v1"');
    expect(request.request.body).toEqual({ customer: { attributes: { score: 2, plan: null, colour: 'blue' } } });
    await answer(request, { ...record, score: 2, colour: 'blue' }, '"v2"');
    expect(TestBed.inject(Router).url).toBe('/customers/1004');
  });

  it.each([
    ['email', 'nope', 'Enter an email'],
    ['created_at', 'soon', 'Unix seconds'],
    ['plan', '', 'Enter a value'],
    ['score', 'x', 'Enter a number'],
  ])('says while typing what is wrong with %s', async (name, text, message) => {
    await type(value(name), text);
    expect(row(name).textContent).toContain(message);
    expect(value(name)?.getAttribute('aria-invalid')).toBe('true');
    await click('[data-testid=save]');
    http.expectNone({ method: 'PATCH' });
  });

  it.each([
    ['plan', 'There is an attribute with this name already.'],
    ['id', 'This name is reserved.'],
    ['__proto__', 'This name is reserved.'],
  ])('refuses the new name %s', async (name, message) => {
    await click('[data-testid=add-attribute]');
    await type(row('').querySelector('[data-testid=attribute-name]'), name);
    expect(root().textContent).toContain(message);
  });

  const refuseWithTheirs = async (theirs: Attributes, etag: string) => {
    patch().flush({ statusCode: 412, code: 'customer_changed', message: 'changed' }, { status: 412, statusText: 'x' });
    await settle();
    await answer(get(), theirs, etag);
  };

  it('shows their value beside mine when someone else was faster, and takes the one that is chosen', async () => {
    await type(value('plan'), 'mine');
    await type(value('score'), '7');
    await click('[data-testid=save]');
    await refuseWithTheirs({ ...record, plan: 'theirs', score: 9, extra: 'new' }, '"v2"');
    const choices = all('[data-testid=choice]');
    expect(choices.map((choice) => choice.textContent.replace(/\s+/g, ''))).toEqual([
      'planTheirstheirsMinemine',
      'scoreTheirs9Mine7',
    ]);
    expect(all('[data-testid=theirs-only]')[0].textContent).toContain('extra');
    expect(value('plan')).toHaveProperty('value', 'mine');

    await click('input[value=theirs]', choices[1]);
    expect(value('score')).toHaveProperty('value', '9');
    await click('input[value=theirs]', choices[0]);
    await click('input[value=mine]', choices[0]);
    await click('[data-testid=save]');
    const request = patch();
    expect(request.request.headers.get('if-match')).toBe('"v2"');
    expect(request.request.body).toEqual({ customer: { attributes: { plan: 'mine' } } });
  });

  it('asks for nothing but another save when the other one touched something else', async () => {
    await type(value('plan'), 'mine');
    await click('[data-testid=save]');
    await refuseWithTheirs({ ...record, score: 9 }, '"v2"');
    expect(all('[data-testid=choice]')).toEqual([]);
    expect(all('[data-testid=theirs-only]')[0].textContent).toContain('score');
    await click('[data-testid=save]');
    expect(patch().request.body).toEqual({ customer: { attributes: { plan: 'mine' } } });
  });

  it('goes on with the draft that this browser kept, until it is saved', async () => {
    await type(value('plan'), 'half');
    await harness.navigateByUrl('/customers/1004');
    await harness.navigateByUrl('/customers/1004/edit');
    await answer(get(), { ...record, score: 9 }, '"v2"');
    expect(all('[data-testid=restored]')).toHaveLength(1);
    expect(value('plan')).toHaveProperty('value', 'half');
    expect(value('score')).toHaveProperty('value', '9');
    await click('[data-testid=save]');
    await answer(patch(), { ...record, plan: 'half' }, '"v3"');
    await harness.navigateByUrl('/customers/1004/edit');
    await answer(get(), { ...record, plan: 'half' }, '"v3"');
    expect(all('[data-testid=restored]')).toHaveLength(0);
  });

  it('renames by removing the one name and adding the other', async () => {
    await click('[data-testid=attribute-rename]', row('plan'));
    const fresh = all('[data-testid=attribute-row]').filter((one) => one.querySelector('[data-testid=attribute-name]'));
    await type(fresh[0].querySelector('[data-testid=attribute-name]'), 'tier');
    await click('[data-testid=save]');
    expect(patch().request.body).toEqual({ customer: { attributes: { plan: null, tier: 'basic' } } });
  });

  it('changes the type of a value, and empties it', async () => {
    const choose = async (name: string, to: string) => {
      const select = row(name).querySelector<HTMLSelectElement>('[data-testid=attribute-type]');
      if (!select) throw new Error('no type');
      select.value = to;
      select.dispatchEvent(new Event('change'));
      await settle();
    };
    await choose('score', 'text');
    await choose('plan', 'empty');
    expect(all('[data-testid=summary]')[0].textContent).toBe('1 changed, 1 removed');
    await click('[data-testid=save]');
    expect(patch().request.body).toEqual({ customer: { attributes: { score: '1.5', plan: null } } });
  });

  it('puts what the server refuses on its field', async () => {
    await type(value('plan'), 'mine');
    await click('[data-testid=save]');
    const details = [{ field: 'customer.attributes.plan', message: 'Not this plan.' }];
    patch().flush(
      { statusCode: 400, code: 'invalid_request', message: 'Refused.', details },
      { status: 400, statusText: 'x' },
    );
    await settle();
    expect(row('plan').textContent).toContain('Not this plan.');
    await type(value('plan'), 'other');
    expect(row('plan').textContent).not.toContain('Not this plan.');
  });

  it('has nothing to save at first, and then does not leave', async () => {
    const save = () => all('[data-testid=save]')[0];
    expect([save().getAttribute('aria-disabled'), save().className]).toEqual(['true', 'button outlined']);
    await click('[data-testid=save]');
    http.expectNone({ method: 'PATCH' });
    expect(TestBed.inject(Router).url).toBe('/customers/1004/edit');
    await type(value('plan'), 'gold');
    expect([save().getAttribute('aria-disabled'), save().className]).toEqual(['false', 'button filled']);
  });

  it('names the customer and the id, which is told once', async () => {
    expect(all('h1')[0].textContent.replace(/\s+/g, ' ').trim()).toBe('Edit bill@example.com 1004');
    await harness.navigateByUrl('/customers/1004');
    await harness.navigateByUrl('/customers/1004/edit');
    await answer(get(), {}, '"v2"');
    expect(all('h1')[0].textContent.replace(/\s+/g, ' ').trim()).toBe('Edit 1004');
  });

  // Safe: the route shows nothing else.
  const page = () => harness.routeDebugElement?.componentInstance as CustomerEdit;

  it('saves what waits in the panel for many attributes, and counts it as a change', async () => {
    await click('[data-testid=paste-many]');
    expect(page().hasUnsavedChanges()).toBe(false);
    await type(all('[data-testid=paste-text]')[0], 'vip: true');
    expect([page().hasUnsavedChanges(), page().keepsDraft()]).toEqual([true, false]);
    await click('[data-testid=save]');
    expect(patch().request.body).toEqual({ customer: { attributes: { vip: true } } });
  });

  it('does not save while the panel holds what it can not read, and leads there', async () => {
    await type(value('plan'), 'gold');
    await click('[data-testid=paste-many]');
    await type(all('[data-testid=paste-text]')[0], 'no colon');
    await click('[data-testid=save]');
    http.expectNone({ method: 'PATCH' });
    expect(document.activeElement).toBe(all('[data-testid=paste-text]')[0]);
  });

  it('lets the tab be closed once the draft is stored', async () => {
    const closes = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    await type(value('plan'), 'gold');
    expect([page().hasUnsavedChanges(), page().keepsDraft(), closes()]).toEqual([true, true, true]);
    await click('[data-testid=paste-many]');
    await type(all('[data-testid=paste-text]')[0], 'vip: true');
    expect(closes()).toBe(false);
  });

  it('saves on Enter in a text of one line', async () => {
    const field = value('plan');
    await type(field, 'gold');
    field?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    await settle();
    expect(patch().request.body).toEqual({ customer: { attributes: { plan: 'gold' } } });
  });

  it('creates a customer again that was deleted meanwhile, with all values of the form', async () => {
    await type(value('plan'), 'gold');
    await click('[data-testid=attribute-remove]', row('score'));
    await click('[data-testid=save]');
    patch().flush({ code: 'customer_not_found', message: 'gone' }, { status: 404, statusText: 'x' });
    await settle();
    await click('[data-testid=create-again]');
    const { request } = http.expectOne({ method: 'POST', url: '/customers' });
    const { email, created_at } = record;
    expect(request.headers.get('if-none-match')).toBe('*');
    expect(request.body).toEqual({ customer: { id: '1004', attributes: { email, created_at, plan: 'gold' } } });
  });

  it('offers to save again, and says when the server is back', async () => {
    const failure = () => all('[data-testid=save-failed]')[0];
    await type(value('plan'), 'gold');
    await click('[data-testid=save]');
    patch().error(new ProgressEvent('error'));
    await settle();
    expect(failure().textContent).toContain('cannot be reached');
    const connection = TestBed.inject(Connection);
    connection.lose();
    connection.recover();
    await settle();
    expect(failure().textContent).toContain('The server is back.');
    expect(failure().textContent).not.toContain('cannot be reached');
    await click('button[type=submit]', failure());
    expect(patch().request.body).toEqual({ customer: { attributes: { plan: 'gold' } } });
  });

  it('finds an attribute by /, if there are many, and never leaves for the search of the list', async () => {
    const slash = () => {
      const event = new KeyboardEvent('keydown', { key: '/', bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(slash()).toBe(true);
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`a${at}`, at]));
    await harness.navigateByUrl('/customers/1004');
    await harness.navigateByUrl('/customers/1004/edit');
    await answer(get(), { ...record, ...many }, '"v2"');
    expect(slash()).toBe(true);
    expect(document.activeElement).toBe(all('[data-testid=find-attribute]')[0]);
  });
});
