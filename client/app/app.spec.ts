import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { Screen, render } from '../../test/support/component';
import { DIALOGS, dialogScreen } from '../../test/support/dialog';
import { App } from './app';
import { LoginAgain } from './core/login-again';
import { SessionStore } from './core/session';

@Component({
  template: '<input aria-label="A field" />',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
class Page {}

describe('App', () => {
  let screen: Screen<App>;
  let router: Router;

  beforeEach(async () => {
    localStorage.clear();
    // jsdom has no popovers.
    const matches = jest.spyOn(HTMLElement.prototype, 'matches');
    matches.mockImplementation((selector) => selector === ':popover-open' && drawer.open);
    Object.assign(HTMLElement.prototype, { hidePopover: () => (drawer.open = false) });
    drawer.open = false;
    const paths = ['customers', 'overview', 'ingest', 'new-customer', 'customers/:id'];
    const routes = paths.map((path) => ({ path, component: Page }));
    screen = await render(App, {}, [provideRouter(routes), ...DIALOGS]);
    router = TestBed.inject(Router);
    await router.navigateByUrl('/customers');
    await screen.settle();
  });
  afterEach(() => jest.restoreAllMocks());

  const drawer = { open: false };
  const current = () => screen.all('nav [aria-current=page]').map(({ textContent }) => textContent.trim());
  const keys = async (...pressed: string[]) => {
    for (const key of pressed) await screen.press(document.body, key);
    await screen.settle();
  };

  it('leads to every page, and says which one is open', async () => {
    const links = screen.all<HTMLAnchorElement>('nav a');
    expect(links.map((a) => [a.textContent.trim(), a.getAttribute('href')])).toEqual([
      ['Customers', '/customers'],
      ['Overview', '/overview'],
      ['Attributes', '/attributes'],
      ['Ingest', '/ingest'],
      ['Trash', '/trash'],
      ['Sources', '/sources'],
      ['Live', '/live'],
    ]);
    expect(screen.link('New customer').getAttribute('href')).toBe('/new-customer');
    expect(current()).toEqual(['Customers']);
    await screen.click(screen.link('Overview'));
    expect(current()).toEqual(['Overview']);
    await router.navigateByUrl('/customers/7');
    await screen.settle();
    expect(current()).toEqual(['Customers']);
  });

  it('offers nothing but the preferences to people who have to log in', async () => {
    TestBed.inject(SessionStore).set({ access: 'closed', user: null, permissions: [], single_sign_on: false });
    await screen.settle();
    expect(screen.all('nav, [href="/new-customer"], [data-testid=signed-in], [data-testid=open-to-all]')).toEqual([]);
    await keys('c');
    expect(router.url).toBe('/customers');
  });

  it('names who is signed in, and offers what the person may do', async () => {
    const user = { id: 1, email: 'ada@example.com', name: 'Ada', role: 'viewer' } as const;
    const session = { access: 'closed', user, single_sign_on: false } as const;
    TestBed.inject(SessionStore).set({ ...session, permissions: ['read'] });
    await screen.settle();
    expect(screen.texts('[data-testid=signed-in] a')).toEqual(['Signed in as Ada']);
    expect(screen.texts('nav a')).toEqual(['Customers', 'Overview', 'Attributes', 'Ingest']);
    TestBed.inject(SessionStore).set({ ...session, permissions: ['read', 'manage'] });
    await screen.settle();
    expect(screen.texts('nav a')).toEqual([
      'Customers',
      'Overview',
      'Attributes',
      'Ingest',
      'Sources',
      'Live',
      'Users',
      'Tokens',
      'Audit',
    ]);
    expect(screen.all('[href="/new-customer"]')).toEqual([]);
  });

  it('says that it is open, and where to close it', async () => {
    TestBed.inject(SessionStore).set({
      access: 'open',
      user: null,
      permissions: ['read', 'manage'],
      single_sign_on: false,
    });
    await screen.settle();
    expect(screen.link('Open to everyone on this machine').getAttribute('href')).toBe('/setup');
    expect(screen.texts('nav a')).toEqual(['Customers', 'Overview', 'Attributes', 'Ingest', 'Sources', 'Live']);
  });

  it('asks for a login over the page when a session has ended', async () => {
    const login = TestBed.inject(LoginAgain);
    const asked = login.ask();
    await screen.settle();
    await screen.settle();
    const dialog = dialogScreen();
    expect(dialog.texts('h2')).toEqual(['Log in to go on']);
    await dialog.click(dialog.button('Not now'));
    expect(await asked).toBe(false);
    expect(login.asks()).toBe(false);
  });

  it('skips to the content without leaving the page', async () => {
    const skip = screen.link('Skip to content');
    expect(screen.all('a')[0]).toBe(skip);
    await screen.click(skip);
    expect(document.activeElement).toBe(screen.one('main'));
    expect(router.url).toBe('/customers');
  });

  it('opens the drawer by a named button, and closes it on the way to another page', async () => {
    expect(screen.button('Menu').getAttribute('popovertarget')).toBe(screen.one('aside').id);
    drawer.open = true;
    await screen.click(screen.link('Ingest'));
    expect([drawer.open, router.url]).toEqual([false, '/ingest']);
  });

  it('goes by keys', async () => {
    const visited = [];
    for (const pressed of ['g o', 'g i', 'c', 'g x', 'g c']) {
      await keys(...pressed.split(' '));
      visited.push([pressed, router.url]);
    }
    expect(visited).toEqual([
      ['g o', '/overview'],
      ['g i', '/ingest'],
      ['c', '/new-customer'],
      ['g x', '/new-customer'],
      ['g c', '/customers'],
    ]);
  });

  it('asks the list for its search by “/”', async () => {
    await router.navigateByUrl('/overview');
    await keys('/');
    expect(router.url).toBe('/customers');
    expect(router.lastSuccessfulNavigation()?.extras.state).toEqual({ search: true });
  });

  it('leaves keys alone that are typed in a field', async () => {
    const taken = await screen.press(screen.input('A field'), 'c');
    expect([taken, router.url]).toEqual([false, '/customers']);
  });

  it.each(['key', 'button'])('lists the shortcuts by the %s', async (way) => {
    if (way === 'key') await keys('?');
    else await screen.click(screen.one('[data-testid=shortcuts]'));
    await screen.settle();
    expect(dialogScreen().texts('h2')).toEqual(['Keyboard shortcuts']);
    expect(dialogScreen().texts('dt')).toContain('Go to the overview');
    // Not behind a dialog.
    await keys('c');
    expect(router.url).toBe('/customers');
  });
});
