import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { Compare } from './compare';

const ADA = {
  id: 'a/b',
  attributes: { name: 'Ada', city: 'Brno', email: 'ada@b.example', vip: true },
  events: { buy: 3, view: 1200 },
  last_updated: 1_560_964_022,
};
const BOB = {
  id: 7,
  attributes: { name: 'Bob', city: 'Brno', email: 'bob@b.example' },
  events: { buy: 3 },
  last_updated: 1_560_964_022,
};

describe('Compare', () => {
  let screen: Screen<Compare>;
  let http: HttpTestingController;

  beforeEach(async () => {
    screen = await render(Compare, { a: 'a/b', b: '7' }, [...HTTP, provideRouter([])]);
    http = TestBed.inject(HttpTestingController);
  });

  const answer = async (url: string, body: object, status = 200) => {
    http.expectOne(url).flush(body, { status, statusText: 'x' });
    await screen.settle();
  };
  const both = async () => {
    await answer('/customers/a%2Fb', { customer: ADA });
    await answer('/customers/7', { customer: BOB });
  };
  const rows = (selector: string) =>
    screen.all(selector).map((row) => [...row.children].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()));

  it('shows both side by side, and marks what, differs', async () => {
    await both();
    expect(screen.texts('thead a')).toEqual(['Ada', 'Bob']);
    expect(screen.link('Ada').getAttribute('href')).toBe('/customers/a%2Fb');
    expect(rows('[data-testid=compared]')).toEqual([
      ['email, differs', 'ada@b.example', 'bob@b.example'],
      ['name, differs', 'Ada', 'Bob'],
      ['city', 'Brno', 'Brno'],
      ['vip, differs', 'true', '—'],
    ]);
    expect(rows('[data-testid=compared-event]')).toEqual([
      ['view, differs', '1,200', '0'],
      ['buy', '3', '3'],
    ]);
    expect(screen.texts('[data-testid=attributes-differ], [data-testid=events-differ]')).toEqual([
      '3 of 4 differ',
      '1 of 2 differ',
    ]);
    expect(document.title).toBe('Ada – Bob · Roster');
  });

  it('shows the differences alone', async () => {
    await both();
    await screen.click(screen.one('[data-testid=only-differences]'));
    expect(screen.all('[data-testid=compared]').map((row) => row.dataset.name)).toEqual(['email', 'name', 'vip']);
    expect(screen.all('[data-testid=compared-event]').map((row) => row.dataset.name)).toEqual(['view']);
  });

  it('swaps the sides by the address', async () => {
    await both();
    expect(screen.link('Swap').getAttribute('href')).toBe('/customers/compare?a=7&b=a%2Fb');
    await screen.set({ a: '7', b: 'a/b' });
    await both();
    expect(screen.texts('thead a')).toEqual(['Bob', 'Ada']);
  });

  it('says which of both does not exist, and tries again', async () => {
    await answer('/customers/7', { code: 'customer_not_found', message: 'x' }, 404);
    expect(screen.texts('app-notice p')[0]).toBe('There is no customer with the id 7. It may have been deleted.');
    await screen.click(screen.button('Try again'));
    await answer('/customers/7', { code: 'busy', message: 'Not now.' }, 503);
    expect(screen.texts('app-notice p')[0]).toBe('Not now.');
  });

  it('leads back to the list', async () => {
    const navigate = jest.spyOn(TestBed.inject(Router), 'navigate').mockResolvedValue(true);
    await screen.press(document.body, 'Escape');
    expect(navigate.mock.calls[0][0]).toEqual(['/customers']);
  });
});
