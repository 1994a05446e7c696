import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { attributes, event } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 90_000;
const PHONE = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };
const CITIES = ['Berlin', 'Berlin', 'Wien', 'Graz'];

describe('what an operator does in the admin', () => {
  let admin: AdminBrowser;
  let visit: Visit;

  beforeAll(async () => {
    const people = CITIES.map((city, i) =>
      attributes(
        { email: `c${i}@example.com`, city, plan: 'free', ...(i === 0 && { town: 'x' }) },
        { user_id: `${i}` },
      ),
    );
    admin = await AdminBrowser.inProcess([...people, event({ user_id: '1' })]);
    await admin.saveSegment('Berliners', ['attribute:city:is:Berlin']);
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit();
  });
  afterEach(() => visit.end());

  it(
    'opens a segment from the navigation of any page, which marks it',
    async () => {
      const { page } = visit;
      await visit.open('/overview');
      const segment = page.getByTestId('segment-nav').getByRole('link', { name: 'Berliners' });
      await segment.hover();
      await page.getByTestId('segment-nav').getByText('2', { exact: true }).waitFor();
      expect(await visit.violations()).toEqual([]);
      await segment.click();
      await page.waitForURL('**/customers?filter=attribute:city:is:Berlin&segment=1');
      await until(async () => (await page.getByTestId('customer-row').count()) === 2);
      await expect(segment.getAttribute('aria-current')).resolves.toBe('page');
      await page.getByRole('link', { name: 'All customers' }).click();
      await until(async () => (await segment.getAttribute('aria-current')) === null);
    },
    PATIENCE_MS,
  );

  it(
    'takes the width of a wide window for the list',
    async () => {
      await visit.page.setViewportSize({ width: 1920, height: 900 });
      await visit.open('/customers');
      await visit.page.getByTestId('customer-row').first().waitFor();
      const box = await visit.page.getByTestId('customers').boundingBox();
      expect(box?.width).toBeGreaterThan(1500);
    },
    PATIENCE_MS,
  );

  it(
    'filters on a phone in a sheet that holds the focus and gives it back',
    async () => {
      await visit.end();
      visit = await admin.visit(PHONE);
      const { page } = visit;
      await visit.open('/customers');
      const button = page.getByTestId('add-filter');
      await button.click();
      const sheet = page.getByRole('dialog', { name: 'Filter' });
      await sheet.waitFor();
      const focused = (): Promise<string | null> => page.evaluate('document.activeElement?.dataset.testid ?? null');
      await until(async () => (await focused()) === 'filter-on');
      expect(await visit.violations([])).toEqual([]);
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
      await until(async () => (await focused()) === 'add-filter');
      await button.click();
      await page.getByTestId('filter-name').fill('city');
      await page.getByTestId('filter-value').fill('Wien');
      await page.getByTestId('filter-apply').click();
      await until(async () => (await page.getByTestId('customer-row').count()) === 1);
      await sheet.waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );

  it(
    'acts on one customer of the list from a menu on a phone, and in its row elsewhere',
    async () => {
      await visit.end();
      visit = await admin.visit({ ...PHONE, permissions: ['clipboard-read', 'clipboard-write'] });
      const { page } = visit;
      await visit.open('/customers');
      const more = page.getByRole('button', { name: 'More about c2@example.com · 2' });
      const menu = page.getByTestId('row-menu');
      await more.click();
      await menu.getByText('Cancel').waitFor();
      await page.keyboard.press('Escape');
      await menu.waitFor({ state: 'hidden' });
      await more.click();
      await menu.getByRole('button', { name: 'Copy id' }).click();
      await until(async () => (await page.evaluate('navigator.clipboard.readText()')) === '2');
      await more.click();
      await menu.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('alertdialog').waitFor({ state: 'detached' });
      await more.click();
      await menu.getByRole('link', { name: 'Edit' }).click();
      await page.waitForURL('**/customers/2/edit');

      await visit.end();
      visit = await admin.visit();
      await visit.open('/customers');
      const row = visit.page.getByTestId('customer-row').filter({ hasText: 'c3@example.com' });
      await row.hover();
      await row.getByRole('link', { name: 'Open c3@example.com · 3' }).click();
      await visit.page.waitForURL('**/customers/3');
    },
    PATIENCE_MS,
  );

  it(
    'sorts attributes, and renames and removes one everywhere after a preview, and back',
    async () => {
      const { page } = visit;
      await visit.open('/attributes');
      await page.getByTestId('sort-name').click();
      await page.waitForURL('**/attributes?sort=name&order=asc');
      const names = page.getByTestId('attributes').locator('tbody th a');
      await until(async () => (await names.allInnerTexts()).join() === 'city,email,plan,town');

      await page.getByRole('button', { name: 'Rename plan' }).click();
      await page.getByTestId('rename-to').fill('tariff');
      await page.getByTestId('will-change').getByText('4').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('attribute-start').click();
      await page.getByRole('dialog').getByText('4 changed.').waitFor();
      expect(await admin.attributes('1')).toMatchObject({ tariff: 'free' });
      await page.getByTestId('attribute-undo').click();
      await page.getByRole('dialog').getByText('4 put back.').waitFor();
      expect(await admin.attributes('1')).toMatchObject({ plan: 'free' });
      await page.getByTestId('attribute-close').click();

      await page.getByRole('button', { name: 'Remove town' }).click();
      await page.getByRole('dialog').getByText('Remove town everywhere?').waitFor();
      await page.getByTestId('will-change').getByText('1').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('attribute-start').click();
      await page.getByRole('dialog').getByText('1 changed.').waitFor();
      expect(await admin.attributes('0')).not.toHaveProperty('town');
      await page.getByTestId('attribute-close').click();
      await until(async () => (await names.allInnerTexts()).join() === 'city,email,plan');
    },
    PATIENCE_MS,
  );

  it(
    'sorts and compares by keys alone',
    async () => {
      const { page } = visit;
      await visit.open('/customers');
      await page.keyboard.press('s');
      await page.waitForURL('**/customers?sort=email');
      await page.keyboard.press('Shift+S');
      await page.waitForURL('**/customers?sort=email&order=desc');
      await visit.open('/customers/1');
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette-search').fill('compare');
      await page.locator('[aria-selected=true]', { hasText: 'Compare with' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByLabel('Customer to compare with 1').fill('c3@');
      await page.locator('[aria-selected=true]', { hasText: 'c3@example.com' }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/customers/compare?a=1&b=3');
    },
    PATIENCE_MS,
  );
});
