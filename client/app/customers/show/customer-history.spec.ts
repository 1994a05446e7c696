import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { Connection } from '../../core/connection';
import { CustomerHistory } from './customer-history';

const AT = '2020-01-31T12:00:00.000Z';
const entry = (id: number, some: object = {}) => ({
  id,
  at: AT,
  source: 'api',
  action: 'updated',
  changes: [{ name: 'plan', from: 'basic', to: 'gold' }],
  ...some,
});

describe('CustomerHistory', () => {
  let screen: Screen<CustomerHistory>;
  let http: HttpTestingController;

  const open = async (id = 'a/b') => {
    screen = await render(CustomerHistory, { id }, HTTP);
    http = TestBed.inject(HttpTestingController);
  };
  const answer = async (history: object[], more = false, url = '/customers/a%2Fb/history?limit=20') => {
    http.expectOne(url).flush({ history, meta: { more } });
    await screen.settle();
  };
  const lines = () => screen.texts('.line');

  it('shows a skeleton, then the edits: what was done, from where and when', async () => {
    await open();
    expect(screen.all('app-skeleton')).toHaveLength(1);
    await answer([
      entry(4, { action: 'deleted', changes: [] }),
      entry(3, { source: 'admin' }),
      entry(2, { action: 'overwritten' }),
      entry(1, { action: 'created' }),
    ]);
    expect(screen.all('app-skeleton')).toEqual([]);
    expect(lines().map((line) => line.replace(/Jan .*/, ''))).toEqual([
      'Deletedthrough the API',
      'Updatedin the admin',
      'Overwrittenthrough the API',
      'Createdthrough the API',
    ]);
    expect(screen.all('time')[0].getAttribute('datetime')).toBe(AT);
    expect(screen.all('button')).toEqual([]);
  });

  it('says from what to what each attribute went', async () => {
    await open();
    const changes = [
      { name: 'added', to: { city: 'Brno' } },
      { name: 'changed', from: 0, to: ' 0' },
      { name: 'gone', from: '<b>' },
      { name: 'cleared', from: null, to: '' },
    ];
    await answer([entry(1, { changes })]);
    expect(screen.texts('li li .name')).toEqual(['added', 'changed', 'gone', 'cleared']);
    expect(screen.texts('li li .values')).toEqual([
      'to { "city": "Brno" }',
      'from 0to 0',
      'from <b>removed',
      'from nullto',
    ]);
    expect(screen.names('[role=img]')).toEqual(['1 space']);
  });

  it('folds an edit of more than six attributes', async () => {
    await open();
    const changes = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `a${i}`, to: i }));
    await answer([entry(2, { changes: changes(7) }), entry(1, { changes: changes(6) })]);
    expect(screen.texts('summary')).toEqual(['7 attributes']);
    expect(screen.all('details li')).toHaveLength(7);
    expect(screen.all('li li')).toHaveLength(13);
  });

  it('says that nobody edited the customer', async () => {
    await open();
    await answer([]);
    expect(screen.text).toContain('Nobody edited this customer.');
  });

  it('shows older ones on demand, below', async () => {
    await open();
    await answer([entry(40), entry(21)], true);
    const older = screen.button('Show older');
    await screen.click(older);
    expect(older.getAttribute('aria-busy')).toBe('true');
    // A second click asks no second time.
    await screen.click(older);
    await answer([entry(20, { action: 'created' })], false, '/customers/a%2Fb/history?limit=20&before=21');
    expect(screen.all('[data-testid=history-entry]')).toHaveLength(3);
    expect(lines().at(-1)).toContain('Created');
    expect(screen.all('button')).toEqual([]);
  });

  it('says why it could not be loaded, and tries again', async () => {
    await open();
    http
      .expectOne('/customers/a%2Fb/history?limit=20')
      .flush({ code: 'busy', message: 'Not now.' }, { status: 503, statusText: 'x' });
    await screen.settle();
    expect(screen.one('[role=alert]').textContent).toContain('Not now.');
    await screen.click(screen.button('Try again'));
    await answer([entry(1)]);
    expect(lines()).toHaveLength(1);
  });

  it('loads anew for another record, another customer, or a server that is back', async () => {
    await open();
    await answer([]);
    await screen.set({ customer: { id: 'a/b', attributes: {}, events: {}, last_updated: 2 } });
    await answer([entry(1)]);
    TestBed.inject(Connection).lose();
    TestBed.inject(Connection).recover();
    await screen.settle();
    await answer([entry(2), entry(1)]);
    expect(lines()).toHaveLength(2);
    await screen.set({ id: '7' });
    await answer([], false, '/customers/7/history?limit=20');
    http.verify();
  });
});
