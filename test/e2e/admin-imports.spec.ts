import type { Page } from 'playwright-core';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { axeFindings } from '../support/axe.js';
import { attributes } from '../support/messages.js';

const PATIENCE_MS = 90_000;
const SHEET = ['id;city;zip', '1;Köln;7', '2;Bonn;53111', ';Kiel;1'].join('\r\n');

describe('a spreadsheet', () => {
  let admin: AdminBrowser;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    admin = await AdminBrowser.inProcess([
      attributes({ email: 'a@example.com', created_at: '1500000000', city: 'Koeln', zip: '007' }, { user_id: '1' }),
      attributes({ email: 'b@example.com', created_at: '1500000000', city: 'Bonn', zip: '53111' }, { user_id: '2' }),
    ]);
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit();
    page = visit.page;
  });
  afterEach(() => visit.end());

  it(
    'is dropped, tried, and imported: what it damaged is left alone, and what it rejects is told',
    async () => {
      await visit.open('/ingest');
      const buffer = Buffer.from(SHEET, 'latin1');
      await page.getByTestId('file').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer });
      await page.waitForURL('**/imports/*');
      expect(await page.getByTestId('encoding').inputValue()).toBe('windows-1252');
      expect(await page.getByTestId('delimiter').inputValue()).toBe(';');
      await page.getByTestId('columns').waitFor();
      expect(await page.getByLabel('Use of id').inputValue()).toBe('id');
      expect(await axeFindings(page)).toEqual([]);

      await page.getByTestId('try-import').focus();
      await page.keyboard.press('Enter');
      await page.getByTestId('differences').getByText('Köln').waitFor();
      const rows = page.getByTestId('differences').locator('tbody tr');
      expect(await rows.count()).toBe(2);
      expect(await rows.nth(1).textContent()).toContain('left alone');
      expect(await page.getByTestId('rejected-rows').locator('li').count()).toBe(1);
      expect(await axeFindings(page)).toEqual([]);
      expect(await admin.attributes('1')).toMatchObject({ city: 'Koeln' });

      await page.getByTestId('confirm-import').click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Import' }).click();
      // The counts stand there while rows are still imported.
      await page.getByTestId('import-state').getByText('Imported', { exact: true }).waitFor();
      await page.getByRole('heading', { name: 'Result' }).waitFor();
      expect(await admin.attributes('1')).toMatchObject({ city: 'Köln', zip: '007' });

      await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Ingest' }).click();
      await page.getByTestId('imports').getByText('people.csv').waitFor();
    },
    PATIENCE_MS,
  );
});
