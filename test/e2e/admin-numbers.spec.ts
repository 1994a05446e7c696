import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { attributes } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 90_000;
const NUMBERS = '"flake":3544790567247868102,"nested":{"a":[1.0]},"point":1.0,"small":0.1000000000000000055';
const LINE = attributes('data', { user_id: '1' }).replace(
  '"data":"data"',
  `"data":{"email":"bill@example.com","created_at":"1500000000","plan":"free",${NUMBERS}}`,
);

describe('numbers in the admin', () => {
  let admin: AdminBrowser;
  let visit: Visit;

  beforeAll(async () => {
    admin = await AdminBrowser.inProcess([LINE]);
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit();
  });
  afterEach(() => visit.end());

  it(
    'keep their characters where they are shown, and through an edit of another attribute and of themselves',
    async () => {
      const { page } = visit;
      const stored = async (): Promise<string> =>
        page.evaluate<string>(
          `fetch('/customers/1', { headers: { accept: 'application/json' } }).then((a) => a.text())`,
        );
      await visit.open('/customers/1');
      const value = (name: string) => page.locator(`[data-testid=attribute][data-name=${name}] dd`);
      for (const [name, text] of [
        ['flake', '3544790567247868102'],
        ['point', '1.0'],
        ['small', '0.1000000000000000055'],
        ['nested', '{"a":[1.0]}'],
      ]) {
        await value(name).getByText(text).first().waitFor();
      }

      await visit.open('/customers/1/edit');
      await page.getByLabel('plan', { exact: true }).fill('gold');
      await page.keyboard.press('Control+s');
      await page.waitForURL('**/customers/1');
      expect(await stored()).toContain(NUMBERS.replace(',"point"', ',"plan":"gold","point"'));

      await visit.open('/customers/1/edit');
      const changes = page.getByTestId('changes').locator('li');
      await page.getByLabel('point', { exact: true }).fill('1.00');
      await page.getByLabel('flake', { exact: true }).fill('3544790567247868103');
      await page.getByLabel('small', { exact: true }).fill('007.50');
      await changes.getByText('3544790567247868103').waitFor();
      await changes.locator('ins').getByText('7.50', { exact: true }).waitFor();
      await until(async () => (await changes.count()) === 3);
      await page.keyboard.press('Control+s');
      await page.waitForURL('**/customers/1');
      const answer = await stored();
      for (const member of ['"flake":3544790567247868103,', '"point":1.00,', '"small":7.50}']) {
        expect(answer).toContain(member);
      }
    },
    PATIENCE_MS,
  );
});
