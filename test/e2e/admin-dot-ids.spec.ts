import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { testId } from '../support/keyboard.js';
import { attributes } from '../support/messages.js';

const PATIENCE_MS = 90_000;

describe('customers with the ids . and .. in the browser', () => {
  let admin: AdminBrowser;
  let visit: Visit;

  beforeAll(async () => {
    const people = ['.', '..'].map((user_id) => attributes({ email: 'a@b.example', city: 'Brno' }, { user_id }));
    admin = await AdminBrowser.inProcess(people);
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  afterEach(() => visit.end());

  it.each([
    ['.', 0],
    ['..', 0],
  ])(
    'opens %s with the focus on its heading, edits, reloads, shows its history and deletes it',
    async (id, at) => {
      visit = await admin.visit();
      const { page } = visit;
      await visit.open('/customers');
      await page.getByTestId('customer-link').nth(at).click();
      await page.waitForURL(`**/customer?id=${id}`);
      await page.locator('h1:focus').getByText('a@b.example').waitFor();
      await page.getByTestId('edit').click();
      await page.getByLabel('city', { exact: true }).fill('Hamburg');
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/customer?id=${id}`);
      await page.reload();
      await page.locator('app-attribute-list').getByText('Hamburg').waitFor();
      await page.getByTestId('timeline').getByText('Hamburg').waitFor();
      await page.locator(testId('delete')).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
      await page.waitForURL('**/customers');
    },
    PATIENCE_MS,
  );
});
