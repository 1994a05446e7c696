import { HttpTestingController } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { HTTP, Screen, render } from '../../../../test/support/component';
import { Confirm } from '../../ui/confirm';
import { Toast } from '../../ui/toast';
import { TrashEntry } from '../model/trash-entry';
import { Trash } from './trash';

const AT = '2026-01-31T12:00:00.000Z';
const entry = (id: number | string, some: Partial<TrashEntry> = {}): TrashEntry => ({
  id,
  deleted_at: AT,
  ends_at: '2026-03-02T12:00:00.000Z',
  attributes: { email: `${id}@example.com`, plan: 'pro' },
  events: { purchase: 1234 },
  ...some,
});

describe('Trash', () => {
  let http: HttpTestingController;
  let screen: Screen;
  const shown: string[] = [];

  const open = async (entries: readonly TrashEntry[], next?: string): Promise<void> => {
    shown.length = 0;
    const toast = { show: (text: string) => Promise.resolve(shown.push(text)) };
    screen = await render(Trash, {}, [...HTTP, provideRouter([]), { provide: Toast, useValue: toast }]);
    http = TestBed.inject(HttpTestingController);
    http.expectOne('/trash?limit=50').flush({ entries, meta: { ...(next && { next }) } });
    await screen.settle();
  };
  afterEach(() => http.verify());

  it('says that it is empty', async () => {
    await open([]);
    expect(screen.text).toContain('The trash is empty');
  });

  it('shows who was deleted, by whom, and what goes back', async () => {
    await open([entry('a/b', { by: { kind: 'user', id: 1, name: 'ada@example.com' } }), entry(7)]);
    const [first, second] = screen.all('[data-testid=trashed]');
    expect(first.textContent).toContain('a/b');
    expect(first.textContent).toContain('a/b@example.com');
    expect(first.textContent).toContain('by ada@example.com');
    expect(first.querySelector('details')?.textContent).toContain('1,234');
    expect(second.textContent).not.toContain('by ');
  });

  it('restores a customer and opens it', async () => {
    await open([entry('a/b')]);
    const router = TestBed.inject(Router);
    const went = jest.spyOn(router, 'navigate').mockResolvedValue(true);
    screen.one('[data-testid=restore]').click();
    http.expectOne({ method: 'POST', url: '/trash/a%2Fb/restore' }).flush({});
    await screen.settle();
    expect(went).toHaveBeenCalledWith(['/customers', 'a/b']);
    expect(shown).toEqual(['Customer a/b@example.com · a/b is back']);
  });

  it('says why a customer was not restored, and looks again', async () => {
    await open([entry(7)]);
    screen.one('[data-testid=restore]').click();
    const error = { statusCode: 404, code: 'not_in_trash', message: 'There is no customer "7" in the trash.' };
    http.expectOne('/trash/7/restore').flush(error, { status: 404, statusText: 'x' });
    await screen.settle();
    http.expectOne('/trash?limit=50').flush({ entries: [], meta: {} });
    await screen.settle();
    expect(screen.one('[data-testid=not-restored]').textContent).toContain('There is no customer "7" in the trash.');
  });

  it('erases a customer after two questions, and looks again', async () => {
    await open([entry('a/b')]);
    const asked = jest.spyOn(TestBed.inject(Confirm), 'ask').mockResolvedValue(true);
    screen.one('[data-testid=erase]').click();
    await screen.settle();
    const request = http.expectOne({ method: 'DELETE', url: '/customers/a%2Fb?erase=true' });
    request.flush({ sources: [] }, { status: 201, statusText: 'x' });
    await screen.settle();
    http.expectOne('/trash?limit=50').flush({ entries: [], meta: {} });
    await screen.settle();
    expect(asked).toHaveBeenCalledTimes(2);
    expect(shown).toEqual(['Customer a/b@example.com · a/b erased']);
    expect(screen.text).toContain('The trash is empty');
  });

  it('goes on behind the last customer', async () => {
    await open([entry(1)], 'PLACE');
    screen.one('[data-testid=more]').click();
    http.expectOne('/trash?limit=50&before=PLACE').flush({ entries: [entry(2)], meta: {} });
    await screen.settle();
    expect(screen.all('[data-testid=trashed]')).toHaveLength(2);
    expect(screen.all('[data-testid=more]')).toHaveLength(0);
  });
});
