import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { until } from '../support/until.js';
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
  /** The texts of an attribute of all elements that match. */
  const all = (selector: string, attribute: string): Promise<string[]> =>
    page.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.getAttribute("${attribute}"))`,
    );
  const ids = (): Promise<string[]> => all('[data-testid=customer-link]', 'data-id');
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
      await total('1');
      await page.getByTestId('search').press('Enter');
      await page.waitForURL('**/customers/10');
      await page.goBack();
      await page.goBack();
      await total('7');
      await page.getByTestId('search').fill('nobody is called so');
      await page.getByRole('heading', { name: 'No customer matches “nobody is called so”' }).waitFor();
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
      await page.getByTestId('filter-value').waitFor();
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
      await until(async () => /^Paying pros\s+2$/.test(await segment.innerText()));
      await page.getByRole('button', { name: 'Remove the filter plan is pro' }).click();
      await page.getByTestId('segment-update').waitFor();
      await page.getByRole('link', { name: 'All customers' }).click();
      await total('60');
      expect(query()).toEqual([]);
      await page.getByTestId('segment-create').waitFor({ state: 'detached' });
      await segment.click();
      await total('2');
      expect(await visit.violations()).toEqual([]);

      await page.getByTestId('segment-menu').click();
      await page.getByTestId('segment-rename').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('segment-rename').click();
      await page.getByTestId('segment-name').fill('Pros');
      await page.getByTestId('segment-save').click();
      await page.getByTestId('segment').getByText('Pros', { exact: true }).waitFor();
      await page.getByTestId('segment-menu').click();
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
      await until(() =>
        page.evaluate<boolean>('performance.getEntriesByType("resource").some(({ name }) => name.includes("page=2"))'),
      );
      await until(async () => asked.includes('2'));
      await page.getByRole('link', { name: 'Next page' }).click();
      await page.getByTestId('customer-link').getByText('c26@example.com', { exact: true }).waitFor();
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
      await page.getByRole('checkbox', { name: 'Select c2@example.com · 2', exact: true }).check();
      await page.getByTestId('bulk-delete').click();
      await page.getByTestId('bulk-start').click();
      await page.getByTestId('bulk-result').getByText('1 deleted.').waitFor();
      await page.getByTestId('bulk-close').click();
      await total('59');
    },
    PATIENCE_MS,
  );

  it(
    'asks for one of several filters by keyboard alone, with values that are suggested',
    async () => {
      await visit.open('/customers');
      await page.keyboard.press('f');
      await page.locator('[data-testid=filter-on]:focus').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.type('plan');
      await page.locator('[data-testid=filter-values] option[value=pro]').waitFor({ state: 'attached' });
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.type('pro');
      await page.keyboard.press('Enter');
      await total('20');
      const more = page.getByRole('button', { name: 'Add an alternative to plan is pro' });
      await more.focus();
      await page.keyboard.press('Enter');
      await page.locator('[data-testid=filter-on]:focus').waitFor();
      await page.getByTestId('filter-on').selectOption('event');
      await page.getByTestId('filter-name').fill('purchase');
      await page.getByTestId('filter-within').selectOption('days');
      await page.getByTestId('filter-within-count').fill('30');
      await page.keyboard.press('Enter');
      await page.getByTitle('(plan is pro or purchase at least once in the last 30 days)').waitFor();
      await total('20');
      expect(await visit.violations()).toEqual([]);
      await page.reload();
      await page.getByTitle('(plan is pro or purchase at least once in the last 30 days)').waitFor();
      await total('20');
    },
    PATIENCE_MS,
  );

  it(
    'selects over pages, with Shift, and all but some',
    async () => {
      await visit.open('/customers?per_page=10');
      const box = (id: number) =>
        page.getByRole('checkbox', { name: `Select c${id}@example.com · ${id}`, exact: true });
      await box(3).click();
      await box(9).click({ modifiers: ['Shift'] });
      await page.getByTestId('picked').getByText('7 selected').waitFor();
      await page.getByRole('link', { name: 'Next page' }).click();
      await box(12).click();
      await page.getByTestId('picked').getByText('8 selected').waitFor();
      await page.getByTestId('picked-elsewhere').getByText('7 not on this page').waitFor();
      await page.getByTestId('pick-all').click();
      await box(12).click();
      await page.getByTestId('picked-except').getByText('all but 1').waitFor();
      expect(await visit.violations()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'moves and resizes columns, keeps the head in sight, and lets text be selected',
    async () => {
      // All columns fit, so that the page scrolls, and not the table.
      await page.setViewportSize({ width: 1440, height: 800 });
      await visit.open('/customers?per_page=50');
      const heads = (): Promise<string[]> => all('th[data-key]', 'data-key');
      await page.locator('th[data-key="last_updated"]').dragTo(page.locator('th[data-key="id"]'));
      await until(() =>
        page.evaluate<boolean>('document.querySelectorAll("th[data-key]")[1].dataset.key === "last_updated"'),
      );
      await page.getByTestId('width-attribute:email').focus();
      await page.keyboard.press('Alt+ArrowLeft');
      await until(() =>
        page.evaluate<boolean>('document.querySelectorAll("th[data-key]")[2].dataset.key === "attribute:email"'),
      );
      expect(await heads()).toEqual(['name', 'last_updated', 'attribute:email', 'id', 'attribute:created_at']);
      const edge = (name: string): Promise<number> =>
        page.evaluate(`document.querySelector('th[data-key=id]').getBoundingClientRect().${name}`);
      const width = (): Promise<number> => edge('width');
      const before = await width();
      await page.getByTestId('width-id').focus();
      await page.keyboard.press('ArrowRight');
      await until(async () => Math.round((await width()) - before) === 16);
      await page.reload();
      await page.getByTestId('customer-row').first().waitFor();
      await until(async () => (await heads())[1] === 'last_updated');
      await until(async () => Math.round((await width()) - before) === 16);
      await page.mouse.wheel(0, 900);
      await until(() => page.evaluate<boolean>('scrollY > 400'));
      expect(await edge('top')).toBe(0);
      await page.getByTestId('customer-row').nth(30).locator('.value').first().dblclick();
      expect(await page.evaluate('getSelection().toString()')).not.toBe('');
      expect(page.url()).toContain('per_page=50');
      expect(await visit.violations()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'goes to a customer, a segment or a page by the palette',
    async () => {
      await visit.open('/customers/4');
      await page.getByRole('heading', { name: 'c4@example.com' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.locator('[data-testid=palette-search]:focus').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.keyboard.type('c17@');
      await page.getByTestId('palette-entry').filter({ hasText: 'c17@example.com' }).waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/customers/17');
      await page.getByRole('heading', { name: 'c17@example.com' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.locator('[data-testid=palette-search]:focus').waitFor();
      // The customer of the page itself is left out of those seen last.
      await expect(page.getByTestId('palette-entry').first().innerText()).resolves.toContain('c4@example.com');
      await page.keyboard.type('overview');
      await page.getByTestId('palette-entry').first().getByText('Go to the overview').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/overview');
    },
    PATIENCE_MS,
  );
});
