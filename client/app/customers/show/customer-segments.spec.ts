import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { CustomerSegments } from './customer-segments';

const segment = (id: number, name: string) => ({
  ...{ id, name, search: '', filters: ['attribute:plan:is:gold'], sort: 'id', order: 'asc', customers: 3 },
});

describe('CustomerSegments', () => {
  let screen: Screen<CustomerSegments>;
  let http: HttpTestingController;

  const open = async () => {
    screen = await render(CustomerSegments, { id: 'a/b' }, [...HTTP, provideRouter([])]);
    http = TestBed.inject(HttpTestingController);
  };
  const answer = async (body: object, status = 200) => {
    http.expectOne('/customers/a%2Fb/segments').flush(body, { status, statusText: 'x' });
    await screen.settle();
  };

  it('links to the list of each segment, and asks anew for a new version of the record', async () => {
    await open();
    await answer({ segments: [segment(1, 'Gold'), segment(2, 'Paying')] });
    expect(screen.texts('a')).toEqual(['Gold', 'Paying']);
    const address = new URL(screen.link('Gold').getAttribute('href') ?? '', 'http://x');
    expect(address.pathname).toBe('/customers');
    expect(address.searchParams.get('segment')).toBe('1');
    expect(address.searchParams.getAll('filter')).toEqual(['attribute:plan:is:gold']);
    await screen.set({ customer: { id: 'a/b', attributes: {}, events: {}, last_updated: 2 } });
    await answer({ segments: [] });
    expect(screen.all('h2, a')).toEqual([]);
  });

  it('shows nothing when they are not known', async () => {
    await open();
    await answer({ code: 'busy', message: 'Not now.' }, 503);
    expect(screen.text).toBe('');
  });
});
