import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { attributes, event, TIME } from '../support/messages.js';

const PATIENCE_MS = 90_000;

/** 60 customers, every third with the plan pro. The text 7 is also in the ids 17, 27, 37, 47 and 57, and in a note. */
function messages(): string[] {
  const people = Array.from({ length: 60 }, (_, i) =>
    attributes(
      { email: `c${i + 1}@example.com`, created_at: '1500000000', plan: i % 3 === 0 ? 'pro' : 'free', last: i === 58 },
      { user_id: String(i + 1), timestamp: TIME + i },
    ),
  );
  const note = attributes({ note: 'the 7 of clubs' }, { user_id: '1', timestamp: TIME + 100 });
  return [...people, note, ...['4', '4', '10'].map((user_id) => event({ user_id, name: 'purchase' }))];
}

describe('finding customers in a browser', () => {
  let admin: AdminBrowser;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    admin = await AdminBrowser.start(messages());
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit();
    page = visit.page;
  });
  afterEach(() => visit.end());

  const total = (count: string): Promise<void> => page.getByTestId('total').getByText(count, { exact: true }).waitFor();
  const ids = (): Promise<string[]> => page.getByTestId('customer-link').allInnerTexts();
  const addFilter = async (on: string, name: string, is: string, value: string): Promise<void> => {
    await page.getByTestId('add-filter').click();
    await page.getByTestId('filter-on').selectOption(on);
    if (name) await page.getByTestId('filter-name').fill(name);
    await page.getByTestId('filter-is').selectOption(is);
    if (value) await page.getByTestId('filter-value').fill(value);
    await page.getByTestId('filter-apply').click();
  };
  const query = (): [string, string][] => [...new URL(page.url()).searchParams];

  it(
    'searches as one types, the exact id first, sorts, and keeps all of it in the address',
    async () => {
      await visit.open('/customers');
      await page.getByTestId('search').pressSequentially('7');
      await total('7');
      expect(await ids()).toEqual(['7', '1', '17', '27', '37', '47', '57']);
      expect(query()).toEqual([['search', '7']]);
      await page.getByTestId('sort-last_updated').click();
      await page.locator('th[aria-sort=descending]').waitFor();
      await page.reload();
      await total('7');
      await expect(page.getByTestId('search').inputValue()).resolves.toBe('7');
      expect(query()).toEqual([
        ['search', '7'],
        ['sort', 'last_updated'],
        ['order', 'desc'],
      ]);
      await page.getByTestId('search').fill('C10@EXAMPLE.COM');
      await page.getByTestId('search').press('Enter');
      await page.waitForURL('**/customers/10');
      await page.goBack();
      await page.goBack();
      await total('7');
      await page.getByTestId('search').fill('nobody is called so');
      await page.getByRole('heading', { name: 'Nobody is like that' }).waitFor();
      expect(await visit.violations()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'combines filters, keeps them as a segment, and opens that with one click',
    async () => {
      await visit.open('/customers');
      await addFilter('attribute', 'plan', 'is', 'pro');
      await total('20');
      await addFilter('event', 'purchase', 'at_least', '2');
      await total('1');
      expect(await ids()).toEqual(['4']);
      await page.getByRole('button', { name: 'Change the filter purchase at least 2 times' }).click();
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('filter-value').fill('no number');
      await page.getByTestId('filter-apply').click();
      await page.getByText('Enter a whole number.').waitFor();
      await page.getByTestId('filter-value').fill('1');
      await page.getByTestId('filter-apply').click();
      await total('2');

      await page.getByTestId('segment-create').click();
      await page.getByTestId('segment-name').fill('Paying pros');
      await page.getByTestId('segment-save').click();
      const segment = page.getByTestId('segment').filter({ hasText: 'Paying pros' });
      await segment.and(page.locator('[aria-current=page]')).waitFor();
      await expect(segment.innerText()).resolves.toMatch(/^Paying pros\s+2$/);
      await page.getByRole('button', { name: 'Remove the filter plan is pro' }).click();
      await page.getByTestId('segment-update').waitFor();
      await page.getByRole('link', { name: 'All customers' }).click();
      await total('60');
      expect(query()).toEqual([]);
      await page.getByTestId('segment-create').waitFor({ state: 'detached' });
      await segment.click();
      await total('2');
      expect(await visit.violations()).toEqual([]);

      await page.getByTestId('segment-rename').click();
      await page.getByTestId('segment-name').fill('Pros');
      await page.getByTestId('segment-save').click();
      await page.getByTestId('segment').getByText('Pros', { exact: true }).waitFor();
      await page.getByTestId('segment-delete').click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
      await page.getByTestId('segment').waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );

  it(
    'has the columns one chooses, keeps them, and fetches the next page ahead',
    async () => {
      const asked: string[] = [];
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.pathname === '/customers' && request.resourceType() !== 'document')
          asked.push(url.searchParams.get('page') ?? '');
      });
      await visit.open('/customers');
      await page.getByTestId('columns').click();
      await page.getByTestId('column-search').fill('pl');
      await page.locator('[data-testid=column][data-key="attribute:plan"]').check();
      expect(await visit.violations()).toEqual([]);
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('columnheader', { name: 'plan' }).waitFor();
      await page.reload();
      await page.getByTestId('customer-row').first().getByRole('cell', { name: 'pro' }).waitFor();
      await page.waitForFunction(
        'performance.getEntriesByType("resource").some(({ name }) => name.includes("page=2"))',
      );
      expect(asked).toContain('2');
      await page.getByRole('link', { name: 'Next page' }).click();
      await page.getByTestId('customer-link').getByText('26', { exact: true }).waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'changes, exports and deletes many at once',
    async () => {
      await visit.open('/customers?filter=attribute:last:is:true&filter=attribute:plan:exists');
      await page.getByTestId('pick-page').check();
      await page.getByTestId('bulk-set').click();
      await page.getByTestId('bulk-start').click();
      await page.getByText('Enter a name.').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('bulk-name').fill('score');
      await page.getByTestId('bulk-type').selectOption('number');
      await page.getByTestId('bulk-value').fill('12.5');
      await page.getByTestId('bulk-start').click();
      await page.getByTestId('bulk-result').getByText('1 changed.').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('bulk-close').click();
      expect(await admin.attributes('59')).toMatchObject({ score: 12.5 });

      await visit.open('/customers?search=example.com&per_page=10');
      await page.getByTestId('pick-page').check();
      await page.getByTestId('pick-all').click();
      await page.getByTestId('picked').getByText('60 selected').waitFor();
      const save = async (format: string): Promise<string> => {
        await page.getByTestId('bulk-export').click();
        await page.getByRole('radio', { name: format }).check();
        expect(await visit.violations()).toEqual([]);
        const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-start').click()]);
        await page.getByTestId('export-progress').getByText('Saved: 60 of 60').waitFor();
        await page.getByTestId('export-close').click();
        return text(await download.createReadStream());
      };
      expect((await save('CSV for spreadsheets')).trim().split('\r\n')).toHaveLength(61);
      expect((await save('JSON lines')).trim().split('\n').length).toBeGreaterThan(60);

      await page.getByTestId('bulk-clear').click();
      await page.getByTestId('bulk-bar').waitFor({ state: 'detached' });
      await page.getByRole('checkbox', { name: 'Select 2', exact: true }).check();
      await page.getByTestId('bulk-delete').click();
      await page.getByTestId('bulk-start').click();
      await page.getByTestId('bulk-result').getByText('1 deleted.').waitFor();
      await page.getByTestId('bulk-close').click();
      await total('59');
    },
    PATIENCE_MS,
  );
});
