import type { Page } from 'playwright-core';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { attributes, event, TIME } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 90_000;

/** 30 customers. Customer 7 has values of every kind and events. */
function messages(): string[] {
  const lines = Array.from({ length: 30 }, (_, i) =>
    attributes({ email: `c${i + 1}@example.com`, created_at: '1542474417' }, { user_id: String(i + 1) }),
  );
  const seven = {
    first_name: 'Žofie',
    plan: 'gold',
    age: 41,
    tags: ['a', { b: null }],
    site: 'https://example.com/7',
    arabic: 'مرحبا',
  };
  lines.push(attributes(seven, { user_id: '7', timestamp: TIME + 1 }));
  for (const name of ['page', 'page', 'page', 'purchase']) lines.push(event({ user_id: '7', name }));
  return lines;
}

describe('the admin in a browser', () => {
  let admin: AdminBrowser;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    admin = await AdminBrowser.start(messages());
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit({ loadsAhead: true });
    page = visit.page;
  });
  afterEach(() => visit.end());

  const attributeNames = async (): Promise<(string | null)[]> => {
    const rows = await page.getByTestId('attribute').all();
    return Promise.all(rows.map((row) => row.getAttribute('data-name')));
  };
  const customer = async (id: string): Promise<unknown> => {
    const response = await fetch(`${visit.url}/customers/${id}`);
    return response.ok ? await response.json() : response.status;
  };
  const addAttribute = async (name: string, value: string): Promise<void> => {
    await page.getByTestId('add-attribute').click();
    await page.getByTestId('attribute-name').last().fill(name);
    await page.getByTestId('attribute-value').last().fill(value);
  };

  it(
    'lists, shows, edits, creates and deletes',
    async () => {
      await visit.open('/');
      await page.waitForURL('**/customers');
      await expect(page.getByTestId('total').innerText()).resolves.toBe('30');
      await until(async () => (await page.getByTestId('customer-row').count()) === 25);
      await page.getByRole('link', { name: 'Next page' }).click();
      await page.waitForURL('**/customers?page=2*');
      await page.locator('[data-testid=customer-link][data-id="30"]').waitFor();
      await page.goBack();

      await page.locator('[data-testid=customer-link][data-id="7"]').click();
      await page.waitForURL('**/customers/7');
      await page.locator('[data-name=email]').getByText('c7@example.com').waitFor();
      expect(await attributeNames()).toEqual(
        expect.arrayContaining(['age', 'arabic', 'email', 'first_name', 'plan', 'site', 'tags']),
      );
      await expect(page.getByTestId('event').first().innerText()).resolves.toMatch(/page\s+3/);

      await page.getByTestId('edit').click();
      await page.waitForURL('**/customers/7/edit');
      await addAttribute('city', 'Brno');
      await addAttribute('constructor', 'an ordinary name');
      await addAttribute('score', 'not yet');
      await page.getByLabel('first_name', { exact: true }).fill('Žofie B.');
      await page.getByRole('button', { name: 'Remove plan' }).click();
      await page.getByRole('button', { name: 'Remove site' }).click();
      await page.getByTestId('save').click();
      await page.waitForURL('**/customers/7');
      await page.getByTestId('attributes').getByText('an ordinary name').waitFor();
      await page.reload();
      await page.getByTestId('attributes').getByText('an ordinary name').waitFor();
      expect(await customer('7')).toMatchObject({
        customer: {
          attributes: {
            age: 41,
            arabic: 'مرحبا',
            city: 'Brno',
            constructor: 'an ordinary name',
            created_at: '1542474417',
            email: 'c7@example.com',
            first_name: 'Žofie B.',
            score: 'not yet',
            tags: ['a', { b: null }],
          },
          events: { page: 3, purchase: 1 },
        },
      });
      expect(await attributeNames()).not.toEqual(expect.arrayContaining(['plan']));

      await page.getByTestId('edit').click();
      await page.getByLabel('city', { exact: true }).fill('Praha');
      await page.getByTestId('discard').click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
      await page.waitForURL('**/customers/7');
      await page.getByTestId('attributes').getByText('Brno').waitFor();

      await page.getByRole('link', { name: /New/ }).click();
      await page.waitForURL('**/new-customer');
      await page.getByTestId('customer-id').fill('new one/50 %');
      await page.getByLabel('email', { exact: true }).fill('new@example.com');
      await page.getByTestId('save').click();
      await page.waitForURL('**/customers/new%20one%2F50%20%25');
      await page.locator('[data-name=email]').getByText('new@example.com').waitFor();

      await page.getByTestId('delete').click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
      await page.waitForURL('**/customers');
      expect(await customer(encodeURIComponent('new one/50 %'))).toBe(404);
    },
    PATIENCE_MS,
  );

  it(
    'says what is wrong while one types',
    async () => {
      await visit.open('/customers/8/edit');
      const email = page.getByLabel('email', { exact: true });
      await email.fill('no email');
      await page.getByText(/Enter an email as text/).waitFor();
      await page.getByLabel('created_at', { exact: true }).fill('yesterday');
      await page.getByText(/Enter a time as Unix seconds/).waitFor();
      for (const [name, message] of [
        ['', /Enter a name/],
        ['email', /with this name already/],
        ['id', /is reserved/],
        ['__proto__', /is reserved/],
      ] as const) {
        await addAttribute(name, 'x');
        await page.getByTestId('save').click();
        await page.getByText(message).last().waitFor();
        await page.getByTestId('attribute-remove').last().click();
      }
      expect(await customer('8')).toMatchObject({ customer: { attributes: { email: 'c8@example.com' } } });
    },
    PATIENCE_MS,
  );

  it(
    'does not overwrite a customer that exists',
    async () => {
      await visit.open('/new-customer');
      await page.getByTestId('customer-id').fill('10');
      await page.getByLabel('email', { exact: true }).fill('other@example.com');
      await page.getByTestId('save').click();
      await page.getByTestId('exists').waitFor();
      await expect(page.getByTestId('customer-id').inputValue()).resolves.toBe('10');
      expect(await customer('10')).toMatchObject({ customer: { attributes: { email: 'c10@example.com' } } });
    },
    PATIENCE_MS,
  );
});
