import { AdminBrowser, ALL_LOOKS, DESK, type Visit } from '../support/admin-browser.js';
import { attributes, event, TIME } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 90_000;
/** Customer 7 has a value of every kind, events and a history. */
const PAGES = [
  ['list', '/customers'],
  ['last page', '/customers?page=2'],
  ['page past the end', '/customers?page=99'],
  ['customer', '/customers/7'],
  ['customer that is not there', '/customers/nobody'],
  ['edit', '/customers/7/edit'],
  ['create', '/new-customer'],
  ['overview', '/overview'],
  ['attributes', '/attributes'],
  ['ingest', '/ingest'],
  ['page that is not there', '/nowhere'],
] as const;
const RICH = {
  first_name: 'Žofie',
  plan: 'gold',
  age: 41,
  tags: ['a', { b: null }],
  site: 'https://example.com/7',
  arabic: 'مرحبا',
};
/** A window of 1280 pixels at 200 %. */
const ZOOMED = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 };

describe('the admin for everyone', () => {
  let admin: AdminBrowser;
  let visit: Visit;

  beforeAll(async () => {
    const people = Array.from({ length: 30 }, (_, i) =>
      attributes({ email: `c${String(i)}@example.com`, created_at: '1500000000' }, { user_id: String(i) }),
    );
    const seven = { user_id: '7' };
    const events = ['page', 'page', 'page', 'purchase'].map((name) => event({ ...seven, name }));
    const rich = attributes(RICH, { ...seven, timestamp: TIME + 1 });
    admin = await AdminBrowser.inProcess([...people, rich, ...events]);
    await admin.patch('7', { city: 'Brno', plan: 'free' });
  }, PATIENCE_MS);
  afterAll(() => admin.stop());

  describe('shows no violation in the light and in the dark, on a desk and on a phone:', () => {
    beforeAll(async () => (visit = await admin.visit()));
    afterAll(() => visit.end());

    it.each(PAGES)(
      '%s',
      async (_name, path) => {
        await visit.open(path);
        expect(await visit.page.title()).toMatch(/Roster/);
        expect(await visit.violations(ALL_LOOKS)).toEqual([]);
      },
      PATIENCE_MS,
    );
  });

  describe('in a visit of its own', () => {
    afterEach(() => visit.end());

    it(
      'errors and dialogs: no violation in the light and in the dark',
      async () => {
        visit = await admin.visit();
        const { page } = visit;
        await visit.open('/customers/8/edit');
        await page.getByLabel('email', { exact: true }).fill('wrong');
        await page.getByTestId('save').click();
        await page.getByText(/Enter an email as text/).waitFor();
        expect(await visit.violations(DESK)).toEqual([]);
        await page.getByTestId('discard').click();
        await page.getByRole('alertdialog').waitFor();
        expect(await visit.violations(DESK)).toEqual([]);
      },
      PATIENCE_MS,
    );

    it(
      'loses nothing at 200 %',
      async () => {
        visit = await admin.visit(ZOOMED);
        const { page } = visit;
        for (const [path, needed] of [
          ['/customers', ['search', 'add-filter', 'columns', 'export', 'customer-link', 'menu']],
          ['/customers/7', ['edit', 'delete', 'created', 'attributes']],
          ['/customers/7/edit', ['save', 'discard', 'add-attribute', 'summary']],
          ['/new-customer', ['save', 'customer-id', 'add-attribute']],
          ['/overview', ['totals', 'events', 'as-table']],
          ['/ingest', ['ingestions']],
        ] as const) {
          await visit.open(path);
          for (const id of needed) await page.getByTestId(id).first().waitFor();
          const outside = await page.evaluate<string[]>(`
            [...document.querySelectorAll('main button, main a, main h1, main input:not([type=file]), main select')]
              .filter((one) => one.checkVisibility() && !one.closest('.scroll, nav'))
              .filter((one) => { const { left, right } = one.getBoundingClientRect(); return left < 0 || right > innerWidth; })
              .map((one) => one.outerHTML)`);
          expect([path, outside]).toEqual([path, []]);
          expect([path, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([
            path,
            true,
          ]);
        }
        await page.getByTestId('menu').click();
        await page.getByRole('link', { name: 'Customers', exact: true }).click();
        await page.waitForURL('**/customers');
      },
      PATIENCE_MS,
    );

    it(
      'moves only where that is welcome',
      async () => {
        const runs = `document.getAnimations().some(({ playState }) => playState === 'running')`;
        for (const reducedMotion of ['no-preference', 'reduce'] as const) {
          visit = await admin.visit({ reducedMotion });
          const { page } = visit;
          // The answer never comes.
          await page.route('**/overview', (route) =>
            route.request().resourceType() === 'fetch' ? undefined : route.continue(),
          );
          await page.goto(`${visit.url}/overview`);
          await page.locator('[aria-busy="true"]').waitFor();
          if (reducedMotion === 'reduce') await until(async () => !(await page.evaluate<boolean>(runs)));
          else await until(() => page.evaluate<boolean>(runs));
          if (reducedMotion !== 'reduce') await visit.end();
        }
      },
      PATIENCE_MS,
    );

    it(
      'says what has changed to who cannot see it',
      async () => {
        visit = await admin.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
        const { page } = visit;
        const said = (text: string): Promise<void> =>
          page.getByTestId('announcer').getByText(text).waitFor({ state: 'attached' });
        await visit.open('/customers');
        await said('Page 1: 25 of 30 customers');
        expect(await page.getByTestId('announcer').getAttribute('aria-live')).toBe('polite');
        await page.getByTestId('search').fill('c7@');
        await said('Page 1: 1 of 1 customers');
        await page.getByTestId('search').fill('nobody at all');
        await said('No customer found');
        await visit.open('/customers/7');
        await said('Customer 7 loaded');
        await page.getByRole('button', { name: 'Copy email' }).first().click();
        await said('Copied email');
        await visit.open('/customers/7/edit');
        await page.locator('[data-name=email] textarea').fill('not an email');
        await page.keyboard.press('Control+s');
        await said('need');
      },
      PATIENCE_MS,
    );
  });
});
