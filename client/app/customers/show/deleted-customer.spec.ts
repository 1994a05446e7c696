import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { HTTP, Screen, heard, render } from '../../../../test/support/component';
import { DeletedCustomer } from './deleted-customer';

const ENTRY = {
  id: 'a/b',
  deleted_at: '2026-01-31T12:00:00.000Z',
  ends_at: '2026-03-02T12:00:00.000Z',
  by: { kind: 'user', id: 1, name: 'ada@example.com' },
  attributes: { email: 'sofia@example.com', plan: 'pro', created_at: '1542474417' },
  events: { purchase: 1234 },
};

describe('DeletedCustomer', () => {
  let http: HttpTestingController;
  let screen: Screen<DeletedCustomer>;
  let restored: unknown[];
  let named: unknown[];

  beforeEach(async () => {
    screen = await render(DeletedCustomer, { id: 'a/b' }, HTTP);
    restored = heard(screen.component.restored);
    named = heard(screen.component.named);
    http = TestBed.inject(HttpTestingController);
  });
  afterEach(() => http.verify());

  it('shows who it was, who deleted it, and what goes back', async () => {
    http.expectOne('/trash?id=a%2Fb').flush({ entries: [ENTRY], meta: {} });
    await screen.settle();
    for (const text of ['sofia@example.com', 'by ada@example.com', 'Kept until', 'pro', '1,234'])
      expect(screen.text).toContain(text);
    expect(screen.texts('dt')).toEqual(['email', 'created_at', 'plan', 'purchase']);
    // A time is read as one.
    expect(screen.one('dd time').getAttribute('datetime')).toBe('2018-11-17T17:06:57.000Z');
    expect(named).toEqual(['sofia@example.com']);
  });

  it('shows nothing of its own for a customer that is not in the trash', async () => {
    http.expectOne('/trash?id=a%2Fb').flush({ entries: [], meta: {} });
    await screen.settle();
    expect(screen.all('[data-testid=tombstone]')).toEqual([]);
  });

  it('restores the customer', async () => {
    http.expectOne('/trash?id=a%2Fb').flush({ entries: [ENTRY], meta: {} });
    await screen.settle();
    await screen.click(screen.button('Restore'));
    http.expectOne({ method: 'POST', url: '/trash/a%2Fb/restore' }).flush({});
    await screen.settle();
    expect(restored).toHaveLength(1);
  });

  it('says why a customer was not restored', async () => {
    http.expectOne('/trash?id=a%2Fb').flush({ entries: [ENTRY], meta: {} });
    await screen.settle();
    await screen.click(screen.button('Restore'));
    http
      .expectOne({ method: 'POST', url: '/trash/a%2Fb/restore' })
      .flush({ code: 'not_in_trash', message: 'It is not in the trash.' }, { status: 404, statusText: 'x' });
    await screen.settle();
    expect(screen.text).toContain('It is not in the trash.');
    expect(restored).toEqual([]);
  });
});
