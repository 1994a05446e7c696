import type { Page } from 'playwright-core';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { pressKeys, tabThrough, takePointerAway, testId } from '../support/keyboard.js';
import { attributes, event } from '../support/messages.js';

const PATIENCE_MS = 90_000;
const OF_BILL = { email: 'bill@example.com', created_at: '1500000000' };

function messages(): string[] {
  const people = ['1', '2', '3', '4'].map((user_id) => attributes({ ...OF_BILL, plan: 'free' }, { user_id }));
  return [...people, event({ user_id: '1', name: 'purchase' })];
}

describe('the admin by keyboard alone', () => {
  let admin: AdminBrowser;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    admin = await AdminBrowser.inProcess(messages());
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit();
    page = visit.page;
    takePointerAway(page);
  });
  afterEach(() => visit.end());

  const press = (...keys: string[]): Promise<void> => pressKeys(page, ...keys);
  const tabTo = (selector: string): Promise<void> => tabThrough(page, selector);

  it(
    'finds, filters, opens, edits and comes back',
    async () => {
      await visit.open('/overview');
      await press('/');
      await page.waitForURL('**/customers');
      await page.locator(`${testId('search')}:focus`).waitFor();
      await page.keyboard.type('example');
      await page.waitForURL('**/customers?search=example');
      await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
      await press('Enter');
      await page.locator('a.open[data-id="1"]:focus').waitFor();
      await press('j', 'x');
      await page.getByTestId('picked').getByText('1 selected').waitFor();
      await press('Escape');
      await page.getByTestId('bulk-bar').waitFor({ state: 'detached' });

      await press('f');
      await page.locator(`${testId('filter-on')}:focus`).waitFor();
      await tabTo(testId('filter-name'));
      await page.keyboard.type('plan');
      await tabTo(testId('filter-value'));
      await page.keyboard.type('free');
      await press('Enter');
      await page.waitForURL('**/customers?search=example&filter=attribute:plan:is:free');
      await page.locator(`${testId('add-filter')}:focus`).waitFor();
      await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });

      await press('j', 'j', 'k', 'e');
      await page.waitForURL('**/customers/1/edit');
      await page.getByTestId('summary').waitFor();
      await tabTo('[data-name=plan] textarea');
      await press('Control+a');
      await page.keyboard.type('gold');
      await press('Control+s');
      await page.waitForURL('**/customers/1');
      expect(await admin.attributes('1')).toMatchObject({ plan: 'gold' });
      await page.getByTestId('attributes').waitFor();
      // The list as it was.
      await press('Escape');
      await page.waitForURL('**/customers?search=example&filter=attribute:plan:is:free');
    },
    PATIENCE_MS,
  );

  it(
    'creates, deletes, sets an attribute of many, and lists its keys',
    async () => {
      await visit.open('/customers');
      await press('?');
      await page.getByRole('dialog').getByText('List the shortcuts').waitFor();
      expect(await visit.violations()).toEqual([]);
      await press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await press('c');
      await page.waitForURL('**/new-customer');
      await page.locator(`${testId('customer-id')}:focus`).waitFor();
      await page.keyboard.type('new');
      await tabTo('[data-name=email] textarea');
      await page.keyboard.type('new@example.com');
      await tabTo(testId('add-attribute'));
      await press('Enter');
      await page.locator(`${testId('attribute-name')}:focus`).waitFor();
      await page.keyboard.type('plan');
      await tabTo(testId('attribute-value'));
      await page.keyboard.type('gold');
      await press('Control+s');
      await page.waitForURL('**/customers/new');
      await page.getByTestId('delete').waitFor();
      await tabTo(testId('delete'));
      await press('Enter');
      await page.getByRole('alertdialog').waitFor();
      await tabTo('.button.danger');
      await press('Enter');
      await page.waitForURL('**/customers');

      await page.getByTestId('customer-row').first().waitFor();
      await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
      await press('j', 'x', 'j', 'x');
      await page.getByTestId('picked').getByText('2 selected').waitFor();
      await tabTo(testId('bulk-set'));
      await press('Enter');
      await page.locator(`${testId('bulk-name')}:focus`).waitFor();
      await page.keyboard.type('seen');
      await tabTo(testId('bulk-value'));
      await page.keyboard.type('yes');
      await tabTo(testId('bulk-start'));
      await press('Enter');
      await page.getByTestId('bulk-result').getByText('2 changed.').waitFor();
      await page.locator(`${testId('bulk-close')}:focus`).waitFor();
      await press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.locator('h1:focus').waitFor();
      expect(await admin.attributes('2')).toMatchObject({ seen: 'yes' });
    },
    PATIENCE_MS,
  );

  it(
    'ingests a file and reads the overview as a table',
    async () => {
      await visit.open('/customers');
      await press('g', 'i');
      await page.waitForURL('**/ingest');
      await page.getByTestId('file').waitFor({ state: 'attached' });
      const choosing = page.waitForEvent('filechooser');
      await tabTo(testId('file'));
      await press('Enter');
      const chooser = await choosing;
      const buffer = Buffer.from(event({ user_id: '4', name: 'by_keyboard' }));
      await chooser.setFiles({ name: 'keys.jsonl', mimeType: 'application/x-ndjson', buffer });
      await page.locator(`${testId('upload')}[data-state=ended]`).waitFor();
      await press('g', 'o');
      await page.waitForURL('**/overview');
      await page.getByTestId('events').waitFor();
      await tabTo(`${testId('activity-events')} ${testId('as-table')}`);
      await press('Enter');
      await page.getByTestId('activity-events').getByRole('table').waitFor();
      await page.getByTestId('events').getByRole('rowheader', { name: 'by_keyboard' }).waitFor();
      await press('g', 'c');
      await page.waitForURL('**/customers');
    },
    PATIENCE_MS,
  );

  it(
    'notices that the server is away, keeps what was fetched, and recovers by itself',
    async () => {
      // Loads the code of both pages.
      await visit.open('/customers/2');
      await press('Escape');
      await page.getByTestId('customer-link').first().waitFor();
      const context = page.context();
      await context.setOffline(true);
      await page.getByTestId('connection-lost').waitFor();
      expect(await visit.violations()).toEqual([]);
      await press('j', 'Enter');
      await page.waitForURL('**/customers/1');
      await page.getByText('The customer could not be loaded').waitFor();
      await press('Escape');
      await page.getByTestId('customer-link').first().waitFor();
      await press('j', 'j', 'Enter');
      await page.getByText('The customer could not be loaded').waitFor();
      await context.setOffline(false);
      await page.locator('[data-name=email]').getByText('bill@example.com').waitFor();
      await page.getByTestId('connection-lost').waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );
});
