import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { HTTP, Screen, render } from '../../../test/support/component';
import { Attributes } from './attributes';

const attributes = [
  {
    ...{ name: 'plan: a', customers: 2000, sample: 100, types: { text: 99, number: 1 }, examples: ['pro', 7] },
    ...{ first_seen: '2020-01-01T00:00:00.000Z', last_seen: '2020-02-01T00:00:00.000Z' },
  },
  { name: 'email', customers: 1, sample: 1, types: { text: 1 }, examples: ['a@b'] },
];
const list = { attributes, meta: { page: 1, per_page: 25, total: 30, more: true } };

describe('Attributes', () => {
  let screen: Screen<Attributes>;
  let http: HttpTestingController;

  beforeEach(() => localStorage.clear());
  const open = async (inputs: { search?: string; page?: string; sort?: string; order?: string } = {}) => {
    screen = await render(Attributes, inputs, [...HTTP, provideRouter([])]);
    http = TestBed.inject(HttpTestingController);
  };
  const answer = async (body: object = list, status = 200) => {
    http.expectOne('/overview').flush({ customers: 4000 });
    http.expectOne(({ url }) => url === '/attributes').flush(body, { status, statusText: 'x' });
    await screen.settle();
  };
  const cells = () =>
    screen
      .all('[data-testid=attributes] tbody tr')
      .map((row) => [...row.querySelectorAll('th, td')].slice(1, 6).map(({ textContent }) => textContent.trim()));

  it('lists names with customers, share, types of the sample and examples', async () => {
    await open();
    expect(screen.all('[aria-busy=true]')).toHaveLength(1);
    await answer();
    expect(screen.texts('[data-testid=total]')).toEqual(['30']);
    expect(cells().map((row) => row.map((text) => text.replace(/\s+/g, ' ')))).toEqual([
      ['plan: a', '2,000', '50%', 'Text 99%Number 1%', expect.stringContaining('pro')],
      ['email', '1', '<0.1%', 'Text', 'a@b'],
    ]);
  });

  it('asks for the search and the page of the address', async () => {
    await open({ search: 'pl', page: '2' });
    const { params } = http.match(({ url }) => url === '/attributes')[0].request;
    const asked = ['search', 'page', 'sort', 'order'].map((name) => params.get(name));
    expect(asked).toEqual(['pl', '2', 'customers', 'desc']);
  });

  it('sorts by a heading, at first in the order that is usual for it, and says which order it is in', async () => {
    await open({ sort: 'name', order: 'desc', page: '3' });
    const request = http.match(({ url }) => url === '/attributes')[0];
    expect(['sort', 'order', 'page'].map((name) => request.request.params.get(name))).toEqual(['name', 'desc', '3']);
    http.expectOne('/overview').flush({ customers: 4000 });
    request.flush(list);
    await screen.settle();
    const sorts = screen.all<HTMLAnchorElement>('a.sort').map((a) => [a.textContent.trim(), a.search]);
    expect(sorts).toEqual([
      ['Name', '?sort=name&order=asc'],
      ['Customers', '?sort=customers&order=desc'],
      ['Last seen', '?sort=last_seen&order=desc'],
    ]);
    expect(screen.texts('[aria-sort=descending]')).toEqual(['Name']);
  });

  it('does not offer an order by time for more names than are sampled', async () => {
    await open();
    await answer({ ...list, meta: { ...list.meta, total: 201 } });
    expect(screen.texts('a.sort')).toEqual(['Name', 'Customers']);
  });

  it('leads from a name to the customers that have it', async () => {
    await open();
    await answer();
    expect(new URL(screen.link('plan: a').href).searchParams.get('filter')).toBe('attribute:plan%3A%20a:exists');
    expect(screen.all<HTMLAnchorElement>('[rel=next]').map(({ search }) => search)).toEqual(['?page=2']);
  });

  it('says that it waits for the rows of another query', async () => {
    await open();
    await answer();
    const busy = () => screen.one('[role=region]').getAttribute('aria-busy');
    expect(busy()).toBe('false');
    await screen.set({ page: '2' });
    expect([busy(), cells().length]).toEqual(['true', 2]);
    await answer();
    expect(busy()).toBe('false');
  });

  it('pins a name in this browser', async () => {
    await open();
    await answer();
    await screen.click(screen.button('Pin plan: a'));
    expect(screen.button('Pin plan: a').getAttribute('aria-pressed')).toBe('true');
    expect(localStorage.getItem('roster.pinned-attributes')).toBe('["plan: a"]');
  });

  it('renames and removes all but what every customer keeps', async () => {
    await open();
    await answer();
    expect(screen.names('.edits button')).toEqual(['Rename plan: a', 'Remove plan: a']);
  });

  it('says why it could not be loaded, and that nothing is called like that', async () => {
    await open();
    await answer({ code: 'busy', message: 'The database is away.' }, 503);
    expect(screen.one('[role=alert]').textContent).toContain('The database is away.');
    await screen.click(screen.button('Try again'));
    await answer({ attributes: [], meta: { page: 1, per_page: 25, more: false } });
    expect(screen.text).toContain('No attribute is called like that');
  });
});
