import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen } from '../../../../test/support/component';
import { OpenDialog, openDialog } from '../../../../test/support/dialog';
import { Customer } from '../model/customer';
import { RecentCustomers } from '../state/recent-customers';
import { Palette } from './palette';

const ada: Customer = {
  id: 7,
  attributes: { name: 'Ada Lovelace', email: 'ada@b.example' },
  events: {},
  last_updated: 0,
};
const segment = { id: 3, name: 'Gold', search: '', filters: ['event:buy:never'], sort: 'id', order: 'asc' };

describe('Palette', () => {
  let dialog: OpenDialog<undefined>;
  let screen: Screen;
  let http: HttpTestingController;
  let ran: string[];
  let went: unknown[][];

  beforeEach(() => {
    localStorage.clear();
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const open = async (address = '/') => {
    ran = [];
    went = [];
    const commands = ['Go to the overview', 'Create a customer'].map((label) => ({
      label,
      run: () => ran.push(label),
    }));
    jest.spyOn(Router.prototype, 'url', 'get').mockReturnValue(address);
    dialog = await openDialog<undefined>(Palette, commands, [...HTTP, provideRouter([])]);
    ({ screen } = dialog);
    http = TestBed.inject(HttpTestingController);
    http.expectOne('/segments').flush({ segments: [segment] });
    jest
      .spyOn(TestBed.inject(Router), 'navigate')
      .mockImplementation((...call) => Promise.resolve(went.push(call) > 0));
    await screen.settle();
  };
  const field = () => screen.one('input');
  const type = async (text: string, customers: Customer[] = []) => {
    await screen.type(field(), text);
    await jest.advanceTimersByTimeAsync(150);
    const request = http.expectOne(({ url }) => url === '/customers');
    expect(request.request.params.get('search')).toBe(text);
    request.flush({ customers, meta: { page: 1, per_page: 7, total: customers.length } });
    await screen.settle();
  };
  const selected = () => screen.texts('[aria-selected=true]');

  it('offers who was looked at last, segments, pages and actions at first', async () => {
    TestBed.inject(RecentCustomers).note({ id: '9', name: '9' });
    TestBed.inject(RecentCustomers).note({ id: 'x', name: 'Grace' });
    TestBed.resetTestingModule();
    await open();
    expect(screen.texts('.heading')).toEqual(['Recently viewed', 'Segments', 'Pages and actions']);
    expect(screen.texts('[role=option]')).toEqual(['Gracex', '9', 'Gold', 'Go to the overview', 'Create a customer']);
    expect(selected()).toEqual(['Gracex']);
    expect([field().role, field().getAttribute('aria-activedescendant')]).toEqual(['combobox', 'palette-0']);
    await screen.press(field(), 'Enter');
    expect([went, dialog.results.length]).toEqual([[[['/customers', 'x']]], 1]);
  });

  it('finds customers by the server, the rest by words', async () => {
    await open();
    await type('ADA', [ada]);
    expect(screen.texts('[role=option]')).toEqual(['AL Ada Lovelace7 · ada@b.example']);
    await type('gó');
    expect(screen.texts('[role=option]')).toEqual(['Gold', 'Go to the overview']);
    await type('zzz');
    expect(screen.text).toContain('Nothing has that name.');
    expect(await screen.press(field(), 'Enter')).toBe(true);
    expect([went, ran]).toEqual([[], []]);
  });

  it('goes through what it offers by arrow keys, around its ends', async () => {
    await open();
    await screen.press(field(), 'ArrowUp');
    expect(selected()).toEqual(['Create a customer']);
    await screen.press(field(), 'ArrowDown');
    expect(selected()).toEqual(['Gold']);
    await screen.press(field(), 'ArrowDown');
    await screen.press(field(), 'Enter');
    expect(ran).toEqual(['Go to the overview']);
  });

  it('opens a segment with what it selects', async () => {
    await open();
    await screen.press(field(), 'Enter');
    expect(went).toEqual([
      [
        ['/customers'],
        { queryParams: expect.objectContaining({ filter: ['event:buy:never'], segment: 3 }) as unknown },
      ],
    ]);
  });

  it('leads to the whole list where there may be more', async () => {
    await open();
    await type(
      'a',
      Array.from({ length: 7 }, (_, id) => ({ ...ada, id })),
    );
    expect(screen.texts('[role=option]')[7]).toBe('All customers with “a”');
  });

  it('compares the customer of the page with another one, which it asks for', async () => {
    TestBed.inject(RecentCustomers).note({ id: '9', name: 'Nine' });
    TestBed.inject(RecentCustomers).note({ id: 'a/b', name: 'Here' });
    TestBed.resetTestingModule();
    await open('/customers/a%2Fb');
    await screen.type(field(), 'compare');
    http.match(() => true);
    expect(screen.texts('[role=option]')).toContain('Compare with …');
    await screen.press(field(), 'Enter');
    expect([dialog.results.length, field().value, screen.names('input')]).toEqual([
      0,
      '',
      ['Customer to compare with a/b'],
    ]);
    expect(screen.texts('[role=option]')).toEqual(['Nine9']);
    await type('ada', [ada, { ...ada, id: 'a/b' }]);
    expect(screen.texts('[role=option]')).toEqual(['AL Ada Lovelace7 · ada@b.example']);
    await screen.press(field(), 'Enter');
    expect(went).toEqual([[['/customers/compare'], { queryParams: { a: 'a/b', b: '7' } }]]);
  });
});
