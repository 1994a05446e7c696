import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { pressKeys, tabThrough, takePointerAway, testId } from '../support/keyboard.js';
import { attributes } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 90_000;
const MANY = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`utm_${String(at)}`, at]));
const ZOE = { email: 'zoe@example.com', created_at: '1777052176', name: 'Zoe Ramirez', city: 'Hambrug', score: 7 };

describe('editing by keyboard alone', () => {
  let admin: AdminBrowser;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    admin = await AdminBrowser.inProcess([
      attributes(ZOE, { user_id: '1' }),
      attributes({ email: 'max@example.com', seats: 3, ...MANY }, { user_id: '2' }),
    ]);
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
  const focused = (selector: string) => page.locator(`${selector}:focus`).waitFor();

  it(
    'leaves a draft, finds it in the list of drafts, and saves a text, a type, a time and a new attribute',
    async () => {
      await visit.open('/customers/1/edit');
      await page.getByTestId('edited-id').getByText('1').waitFor();
      expect(await page.getByTestId('save').getAttribute('aria-disabled')).toBe('true');
      await tabTo('[data-name=city] textarea');
      await press('Control+a');
      await page.keyboard.type('Hamburg');
      await page.getByTestId('summary').getByText('1 changed').waitFor();
      await press('Escape');
      await page.getByRole('alertdialog').waitFor();
      await tabTo('[role=alertdialog] button:nth-of-type(2)');
      await press('Enter');
      await page.waitForURL('**/customers/1');
      await press('Escape');
      await page.waitForURL('**/customers');
      await page.getByTestId('customers').waitFor();
      await tabTo(testId('drafts'));
      await press('Enter');
      await page.getByTestId('draft-open').getByText('Zoe Ramirez').waitFor();
      expect(await visit.violations()).toEqual([]);
      await tabTo(testId('draft-open'));
      await press('Enter');
      await page.waitForURL('**/customers/1/edit');
      await page.getByTestId('restored').waitFor();

      await tabTo('[data-name=score] [data-testid=attribute-type]');
      await page.keyboard.type('Te');
      await page.locator('[data-name=score] textarea').waitFor();
      await tabTo(testId('add-attribute'));
      await press('Enter');
      await focused(testId('attribute-name'));
      await page.keyboard.type('seats');
      await page.getByTestId('name-hint').getByText('Number, 1 customer').waitFor();
      await tabTo('[data-name=seats] [data-testid=attribute-value]');
      await page.keyboard.type('4');
      // The day or the month is one more: the order in the field is that of the browser.
      const moment = page.locator('[data-name=created_at] [data-testid=attribute-moment]');
      await moment.focus();
      await press('ArrowUp');
      const picked = Date.parse(`${await moment.inputValue()}Z`) / 1000;
      expect(picked).not.toBe(Number(ZOE.created_at));
      await page.getByTestId('summary').getByText('1 added, 3 changed').waitFor();
      expect(await visit.violations()).toEqual([]);
      await press('Control+s');
      await page.waitForURL('**/customers/1');
      expect(await admin.attributes('1')).toEqual({
        ...ZOE,
        city: 'Hamburg',
        score: '7',
        seats: 4,
        created_at: String(picked),
      });
    },
    PATIENCE_MS,
  );

  it(
    'finds one of 300 attributes, of which few are drawn',
    async () => {
      await visit.open('/customers/2/edit');
      await page.getByTestId('all-attributes').waitFor();
      expect(await page.getByTestId('attribute-row').count()).toBeLessThan(40);
      await press('/');
      await focused(testId('find-attribute'));
      await page.keyboard.type('utm_271');
      await tabTo('[data-name=utm_271] [data-testid=attribute-value]');
      await press('Control+a');
      await page.keyboard.type('5');
      await press('Control+s');
      await page.waitForURL('**/customers/2');
      expect(await admin.attributes('2')).toMatchObject({ utm_271: 5, utm_270: 270 });
    },
    PATIENCE_MS,
  );

  it(
    'creates a customer, after the id turned out to be taken',
    async () => {
      await visit.open('/customers');
      await page.getByTestId('customers').waitFor();
      await press('c');
      await page.waitForURL('**/new-customer');
      await focused(testId('customer-id'));
      await page.keyboard.type('1');
      await page.getByTestId('id-state').getByText('Taken by Zoe Ramirez · 1.').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.keyboard.type('x');
      await page.getByTestId('id-state').getByText('This id is free.').waitFor();
      await tabTo('[data-name=email] textarea');
      await page.keyboard.type('new@example.com');
      await press('Enter');
      await page.waitForURL('**/customers/1x');
      expect(await admin.attributes('1x')).toMatchObject({ email: 'new@example.com' });
    },
    PATIENCE_MS,
  );

  it(
    'exports chosen columns under other titles, in another encoding, and begins so the next time',
    async () => {
      await visit.open('/customers?search=zoe');
      await page.getByTestId('customers').waitFor();
      await tabTo(testId('export'));
      await press('Enter');
      await tabTo('[value=list]');
      await press('ArrowDown', 'ArrowDown');
      await page.getByTestId('export-column').first().waitFor();
      await tabTo('[aria-label="Title of Email"]');
      await page.keyboard.type('E-Mail');
      await tabTo('[aria-label="Leave out Last updated"]');
      await press('Enter');
      await focused(testId('export-column-search'));
      await page.keyboard.type('city');
      await page.getByTestId('export-column-add').getByText('city', { exact: true }).waitFor();
      await press('Enter');
      await page.getByTestId('export-column').getByText('city').waitFor();
      await tabTo(testId('export-encoding'));
      await page.keyboard.type('UTF-16');
      expect(await visit.violations()).toEqual([]);
      const loading = page.waitForEvent('download');
      await tabTo(testId('export-start'));
      await press('Enter');
      const path = await (await loading).path();
      await page.getByTestId('export-progress').getByText('Saved: 1 of 1').waitFor();
      const [header, row] = (await readFile(path)).toString('utf16le').replace('\ufeff', '').split('\r\n');
      expect([header, row.split(',')[1]]).toEqual(['id,E-Mail,created_at,city', 'zoe@example.com']);
      await press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await tabTo(testId('export'));
      await press('Enter');
      await page.getByTestId('export-column').getByText('city').waitFor();
      await until(async () => (await page.locator('[aria-label="Title of Email"]').inputValue()) === 'E-Mail');
      expect(await page.getByTestId('export-encoding').inputValue()).toBe('utf-16le');
    },
    PATIENCE_MS,
  );
});
