import type { Page } from 'playwright-core';
import { ALL_LOOKS, AdminBrowser, type Visit } from '../support/admin-browser.js';
import { pressKeys, tabThrough, takePointerAway, testId } from '../support/keyboard.js';
import { attributes, event } from '../support/messages.js';

const PATIENCE_MS = 90_000;
const MANY = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`trait${i}`, `value ${i}`]));

function messages(): string[] {
  const person = (user_id: string, data: object) =>
    attributes({ email: `c${user_id}@example.com`, created_at: '1500000000', ...data }, { user_id });
  return [
    person('1', { city: 'Brno', plan: 'gold' }),
    person('2', { city: 'Brno', plan: 'free' }),
    person('3', MANY),
    person('compare', {}),
    ...['page', 'page', 'buy'].map((name) => event({ user_id: '1', name })),
  ];
}

describe('the page of a customer', () => {
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
  });
  afterEach(() => visit.end());

  const attribute = (name: string) => page.locator(`[data-testid=attribute][data-name="${name}"]`);

  it(
    'corrects a city with one double click, and takes it back',
    async () => {
      await visit.open('/customers/2');
      await attribute('city').locator('app-value-text').last().dblclick();
      await page.locator(`${testId('inline-edit')} textarea:focus`).waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.keyboard.type('Praha');
      await page.keyboard.press('Enter');
      await attribute('city').getByText('Praha').waitFor();
      expect(await admin.attributes('2')).toMatchObject({ city: 'Praha' });
      await page.getByRole('button', { name: 'Undo', exact: true }).click();
      await attribute('city').getByText('Brno').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'is edited, pinned, walked through and left by keyboard alone',
    async () => {
      takePointerAway(page);
      await visit.open('/customers?search=example');
      await pressKeys(page, 'j', 'Enter');
      await page.waitForURL('**/customers/1');
      await page.getByTestId('place').getByText('1 of 4').waitFor();
      await tabThrough(page, '[data-name=plan] [data-testid=edit-value]');
      await page.keyboard.press('Enter');
      await page.locator(`${testId('inline-edit')} textarea:focus`).waitFor();
      await page.keyboard.type('team');
      await page.keyboard.press('Enter');
      await page.locator('[data-name=plan] [data-testid=edit-value]:focus').waitFor();
      expect(await admin.attributes('1')).toMatchObject({ plan: 'team' });
      await tabThrough(page, '[data-name=plan] [data-testid=pin]');
      await page.keyboard.press('Enter');
      await page.locator('[data-group=pinned] [data-name=plan] [data-testid=pin]:focus').waitFor();
      await pressKeys(page, 'j');
      await page.waitForURL('**/customers/2');
      await page.getByTestId('place').getByText('2 of 4').waitFor();
      await page.locator('h1:focus').waitFor();
      await pressKeys(page, 'k');
      await page.waitForURL('**/customers/1');
      await pressKeys(page, 'Escape');
      await page.waitForURL('**/customers?search=example');
    },
    PATIENCE_MS,
  );

  it(
    'folds 300 attributes, draws what was done, and leads from an event to the timeline',
    async () => {
      await visit.open('/customers/3');
      await expect(page.evaluate('document.documentElement.scrollHeight')).resolves.toBeLessThan(4000);
      await page.getByTestId('attribute-filter').fill('value 299');
      await attribute('trait299').waitFor();
      await visit.open('/customers/1');
      await page.getByTestId('activity').locator('canvas').waitFor();
      await page.getByRole('button', { name: 'page', exact: true }).click();
      await page.locator('[data-testid=timeline-entry]').nth(2).waitFor({ state: 'detached' });
      await expect(page.getByTestId('timeline-name').inputValue()).resolves.toBe('page');
      await page.getByTestId('activity').getByTestId('as-table').click();
      expect(await visit.violations(ALL_LOOKS)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'shows what was changed elsewhere on the return to its tab',
    async () => {
      await visit.open('/customers/1');
      await admin.patch('1', { city: 'Ostrava' });
      await page.clock.install();
      await page.clock.fastForward(2000);
      await page.evaluate(`window.dispatchEvent(new Event('focus'))`);
      await attribute('city').getByText('Ostrava').waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'is compared with another one, from the list, and the customer with the id compare can still be opened',
    async () => {
      await visit.open('/customers');
      for (const id of ['1', '2']) await page.locator(`tr:has([data-id="${id}"]) input[type=checkbox]`).check();
      await page.getByTestId('compare').click();
      await page.waitForURL('**/customers/compare?a=1&b=2');
      await page.locator('[data-testid=compared][data-name=plan].differs').waitFor();
      await page.getByTestId('only-differences').check();
      await page.locator('[data-testid=compared][data-name=created_at]').waitFor({ state: 'detached' });
      expect(await visit.violations(ALL_LOOKS)).toEqual([]);
      await visit.open('/customers/compare?a=1&b=2');
      await page.getByTestId('comparison').waitFor();
      await visit.open('/customers/compare');
      await attribute('email').getByText('ccompare@example.com').waitFor();
    },
    PATIENCE_MS,
  );
});
