import type { Page } from 'playwright-core';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { attributes } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 90_000;

describe('what the admin opens without the server', () => {
  let admin: AdminBrowser;
  let visit: Visit;
  let page: Page;
  let underWay: number;

  beforeAll(async () => {
    const person = { email: 'bill@example.com', created_at: '1500000000' };
    admin = await AdminBrowser.inProcess(['1', '2'].map((user_id) => attributes(person, { user_id })));
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  afterEach(() => visit.end());

  const begin = async (loadsAhead: boolean): Promise<void> => {
    visit = await admin.visit({ loadsAhead });
    page = visit.page;
    underWay = 0;
    page.on('request', () => underWay++);
    page.on('requestfinished', () => underWay--);
    page.on('requestfailed', () => underWay--);
  };

  /** Waits for the code that the page loads ahead when it is idle. A script may ask for another one. */
  const loaded = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn++) {
      await page.evaluate('new Promise((idle) => requestIdleCallback(idle))');
      await until(async () => underWay === 0);
    }
  };
  const closes = async (role: 'dialog' | 'alertdialog'): Promise<void> => {
    await page.getByRole(role).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole(role).waitFor({ state: 'detached' });
  };

  it(
    'are the dialogs of the list, though none was opened before',
    async () => {
      await begin(true);
      await visit.open('/customers');
      await loaded();
      await page.context().setOffline(true);
      await page.getByTestId('connection-lost').waitFor();
      await page.getByTestId('export').click();
      await closes('dialog');
      await page.getByTestId('columns').click();
      await closes('dialog');
      await page.keyboard.press('?');
      await closes('dialog');
      await page.getByRole('button', { name: /^Delete .*\b1$/ }).click();
      await closes('alertdialog');
      await page.getByTestId('pick-page').check();
      for (const does of ['bulk-set', 'bulk-delete']) {
        await page.getByTestId(does).click();
        await closes('dialog');
      }
      await page.getByTestId('add-filter').click();
      await page.getByTestId('filter-editor').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'is the question whether to throw changes away, on the page that one came to first',
    async () => {
      await begin(true);
      await visit.open('/customers/1/edit');
      await loaded();
      await page.context().setOffline(true);
      await page.getByLabel('email', { exact: true }).fill('william@example.com');
      await page.keyboard.press('Escape');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Keep editing' }).click();
    },
    PATIENCE_MS,
  );

  it(
    'is said to be missing where it is, and opens when the server is back',
    async () => {
      await begin(false);
      await visit.open('/customers');
      await page.context().setOffline(true);
      await page.getByTestId('connection-lost').waitFor();
      await page.getByTestId('columns').click();
      const missing = page.getByTestId('code-missing');
      await missing.getByText('the server cannot be reached').waitFor();
      expect(await visit.violations()).toEqual([]);
      await missing.getByRole('button', { name: 'Try again' }).click();
      await missing.getByText('the server cannot be reached').waitFor();
      await missing.getByRole('button', { name: 'Dismiss' }).click();
      await page.getByTestId('connection-lost').waitFor();
      await page.getByTestId('export').click();
      await missing.waitFor();
      await page.context().setOffline(false);
      await missing.getByRole('button', { name: 'Try again' }).click();
      await page.getByTestId('export-start').waitFor();
      await expect(missing.count()).resolves.toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'needs the page anew where the server is there and the code is not',
    async () => {
      await begin(false);
      await visit.open('/customers');
      await page.route('**/*.js', (route) => route.fulfill({ status: 404 }));
      await page.getByTestId('export').click();
      const missing = page.getByTestId('code-missing');
      await missing.getByText('perhaps because Roster was updated').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.unroute('**/*.js');
      await missing.getByRole('button', { name: 'Reload' }).click();
      await missing.waitFor({ state: 'detached' });
      await page.getByTestId('export').click();
      await page.getByTestId('export-start').waitFor();
    },
    PATIENCE_MS,
  );
});
