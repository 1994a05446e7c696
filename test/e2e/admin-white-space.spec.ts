import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { attributes } from '../support/messages.js';

const PATIENCE_MS = 90_000;
const OF_BILL = { email: 'bill@example.com', created_at: '1500000000' };
const SELECT = `getSelection().selectAllChildren(document.querySelector('[data-name=city] dd app-value-text'))`;

describe('white space in the admin', () => {
  let admin: AdminBrowser;
  let visit: Visit;

  beforeAll(async () => {
    admin = await AdminBrowser.inProcess([
      attributes({ ...OF_BILL, blank: '   ', city: ' Brno\t', lines: '\n\n', plan: 'free' }, { user_id: '1' }),
    ]);
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
  });
  afterEach(() => visit.end());

  it(
    'shows it in words at a customer, and copies what is there',
    async () => {
      const { page } = visit;
      await visit.open('/customers/1');
      const value = (name: string) => page.locator(`[data-testid=attribute][data-name=${name}] dd`);
      const marks = async (name: string) => {
        const all = await value(name).getByRole('img').all();
        return Promise.all(all.map((one) => one.getAttribute('aria-label')));
      };
      await expect(marks('blank')).resolves.toEqual(['3 spaces']);
      await expect(marks('city')).resolves.toEqual(['1 space', '1 tab']);
      await expect(marks('lines')).resolves.toEqual(['2 line breaks']);
      await expect(marks('plan')).resolves.toEqual([]);
      const copied = () => page.evaluate<string>('navigator.clipboard.readText()');
      await page.evaluate(SELECT);
      await page.keyboard.press('Control+c');
      await expect(copied()).resolves.toBe(' Brno\t');
      await page.getByRole('button', { name: 'Copy blank' }).click();
      await expect(copied()).resolves.toBe('   ');
      expect(await visit.violations()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'shows it in the cells and filters of the list, in the summary of an edit and in the history',
    async () => {
      const { page } = visit;
      await visit.open('/customers/1/edit');
      const field = page.getByLabel('blank', { exact: true });
      await page.locator('[data-name=blank]').getByText('Not empty: 3 spaces').waitFor();
      await field.fill('\t');
      const change = page.getByTestId('changes').locator('li');
      await change.getByRole('img', { name: '3 spaces' }).waitFor();
      await change.getByRole('img', { name: '1 tab' }).waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.keyboard.press('Control+s');
      await page.waitForURL('**/customers/1');
      const entry = page.getByTestId('timeline-entry').first();
      await entry.getByRole('img', { name: '3 spaces' }).waitFor();
      await entry.getByRole('img', { name: '1 tab' }).waitFor();

      await visit.open('/customers?filter=attribute:blank:is:%09');
      await page.getByTestId('filter-chip').getByRole('img', { name: '1 tab', includeHidden: true }).waitFor();
      await page.getByTestId('columns').click();
      await page.getByTestId('column-search').fill('city');
      await page.locator('[data-key="attribute:city"]').check();
      await page.keyboard.press('Escape');
      await page.getByRole('cell').getByRole('img', { name: '1 space' }).waitFor();
    },
    PATIENCE_MS,
  );
});
