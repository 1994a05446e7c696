import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';

import { Screen, render } from '../../../../test/support/component';
import { Session, SessionStore } from '../../core/session';
import { emptyRow } from '../model/attribute-draft';
import { DraftKeeper } from '../state/draft-keeper';
import { DraftsButton } from './drafts-button';
import { DraftsDialog } from './drafts-dialog';

const DAY_MS = 24 * 3600 * 1000;
const rows = [{ ...emptyRow, name: 'plan', value: 'gold' }];

const sessionOf = (id: number | null): Session => ({
  access: id === null ? 'open' : 'closed',
  user: id === null ? null : { id, email: `${id}@example.com`, name: `User ${id}`, role: 'editor' },
  permissions: ['read', 'write'],
  single_sign_on: false,
});

describe('drafts', () => {
  let keeper: DraftKeeper;
  const keep = (id: string | null, daysAgo: number, newId = '') =>
    keeper.keep(id, { at: Date.now() - daysAgo * DAY_MS, rows, newId });

  beforeEach(() => {
    localStorage.clear();
    TestBed.configureTestingModule({
      providers: [
        provideRouter([]),
        { provide: MAT_DIALOG_DATA, useFactory: () => keeper.list(Date.now()) },
        { provide: MatDialogRef, useValue: { close: () => undefined } },
      ],
    });
    keeper = TestBed.inject(DraftKeeper);
  });

  it('are those of the user alone, whose browser others use too', () => {
    const session = TestBed.inject(SessionStore);
    const enter = (id: number | null) => session.set(sessionOf(id));
    const ids = () => keeper.list(Date.now()).map(({ id }) => id);
    keep('open', 1);
    enter(1);
    expect(ids()).toEqual([]);
    keep('1', 1);
    keep('2', 2);
    enter(11);
    expect([ids(), keeper.recall('1', Date.now()), keeper.isKept('1')]).toEqual([[], null, false]);
    keep('1', 3, 'mine');
    keeper.forget('2');
    enter(1);
    expect(ids()).toEqual(['1', '2']);
    enter(null);
    expect(ids()).toEqual(['open']);
  });

  it('are gone after two weeks, whoever typed them', () => {
    const session = TestBed.inject(SessionStore);
    session.set(sessionOf(1));
    keep('1', 15);
    session.set(sessionOf(2));
    expect(Object.keys(localStorage)).toHaveLength(1);
    expect(keeper.recall('1', Date.now())).toBeNull();
    expect(Object.keys(localStorage)).toEqual([]);
  });

  describe('the button', () => {
    const shown = (screen: Screen) => screen.texts('[data-testid=drafts]');

    it('is only there when there are some', async () => {
      expect(shown(await render(DraftsButton))).toEqual([]);
      keep('a/b', 1);
      keep(null, 0, 'new');
      keep('old', 15);
      expect(shown(await render(DraftsButton))).toEqual(['Drafts 2']);
    });

    it('leaves out the customer on the page, and counts it again on the page of another', async () => {
      keep('1', 1);
      const screen = await render(DraftsButton, { except: '1' });
      expect(shown(screen)).toEqual([]);
      await screen.set({ except: '2' });
      expect(shown(screen)).toEqual(['Drafts 1']);
      keep(null, 1, 'new');
      await screen.set({ except: null });
      expect(shown(screen)).toEqual(['Drafts 1']);
    });

    it('follows what another tab does', async () => {
      const screen = await render(DraftsButton);
      keep('1', 1);
      window.dispatchEvent(new StorageEvent('storage'));
      await screen.settle();
      expect(shown(screen)).toEqual(['Drafts 1']);
    });
  });

  describe('the list', () => {
    it('names the customers, the latest draft first, and leads to their forms', async () => {
      keep('a/b', 3);
      keep(null, 1, 'fresh');
      const screen = await render(DraftsDialog);
      expect(screen.texts('[data-testid=draft-open]')).toEqual(['New customer fresh', 'a/b']);
      expect(screen.all('a').map((link) => link.getAttribute('href'))).toEqual([
        '/new-customer',
        '/customers/a%2Fb/edit',
      ]);
      expect(screen.texts('time')).toEqual(['yesterday', '3 days ago']);
    });

    it('tells the display name with the id, and how much was changed', async () => {
      keeper.keep('7', { at: Date.now(), rows: [...rows, ...rows], newId: '', name: 'Zoe Ramirez' });
      const screen = await render(DraftsDialog);
      expect(screen.texts('[data-testid=draft-open]')).toEqual(['Zoe Ramirez']);
      expect(screen.texts('li .hint')).toEqual(['7 · 2 changes · this minute']);
      expect(screen.names('[data-testid=draft-discard]')).toEqual(['Discard the draft of Zoe Ramirez']);
    });

    it('discards one, with the focus on the next, and at last on Close', async () => {
      keep('1', 1);
      keep('2', 2);
      const screen = await render(DraftsDialog);
      await screen.click(screen.button('Discard the draft of 1'));
      expect(keeper.list(Date.now()).map(({ id }) => id)).toEqual(['2']);
      expect(document.activeElement).toBe(screen.button('Discard the draft of 2'));
      await screen.click(screen.button('Discard the draft of 2'));
      expect(screen.texts('li')).toEqual(['No draft is left.']);
      expect(document.activeElement).toBe(screen.button('Close'));
    });
  });
});
