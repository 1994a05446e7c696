import { ChangeDetectionStrategy, Component } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router, provideRouter } from '@angular/router';

import { Screen, render } from '../../test/support/component';
import { DIALOGS, dialogScreen } from '../../test/support/dialog';
import { App } from './app';

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
      ['Ingest', '/ingest'],
    ]);
    expect(screen.link('New customer').getAttribute('href')).toBe('/new-customer');
    expect(current()).toEqual(['Customers']);
    await screen.click(screen.link('Overview'));
    expect(current()).toEqual(['Overview']);
    await router.navigateByUrl('/customers/7');
    await screen.settle();
    expect(current()).toEqual(['Customers']);
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
