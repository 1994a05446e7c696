import type { Page } from 'playwright-core';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { pressKeys, tabThrough, takePointerAway, testId } from '../support/keyboard.js';
import { attributes, event } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 90_000;
const OF_BILL = { email: 'bill@example.com', created_at: '1500000000' };

describe('the flows of the admin', () => {
  let admin: AdminBrowser;
  let visit: Visit;
  let page: Page;

  beforeAll(async () => {
    const people = ['1', '2', '3', '4'].map((user_id) => attributes({ ...OF_BILL, plan: 'free' }, { user_id }));
    admin = await AdminBrowser.inProcess([...people, event({ user_id: '1', name: 'purchase' })]);
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit();
    page = visit.page;
  });
  afterEach(() => visit.end());

  const press = (...keys: string[]): Promise<void> => pressKeys(page, ...keys);
  const tabTo = (selector: string): Promise<void> => tabThrough(page, selector);
  const focused = (selector: string): Promise<void> => page.locator(`${selector}:focus`).waitFor();

  describe('by keyboard alone', () => {
    beforeEach(() => takePointerAway(page));

    it(
      'chooses columns and exports what was found',
      async () => {
        await visit.open('/customers?search=bill');
        await tabTo(testId('columns'));
        await press('Enter');
        await focused(testId('column-search'));
        await page.keyboard.type('plan');
        await page.locator('[data-key="attribute:plan"]').waitFor();
        await tabTo('[data-key="attribute:plan"]');
        await press('Space', 'Escape');
        await page.getByRole('columnheader', { name: 'plan' }).waitFor();
        await focused(testId('columns'));

        await page.reload();
        await page.getByRole('columnheader', { name: 'plan' }).waitFor();
        await tabTo(testId('export'));
        await press('Enter');
        await page.getByRole('dialog').waitFor();
        await focused('input[type=radio]');
        await press('ArrowDown', 'ArrowDown');
        const downloading = page.waitForEvent('download');
        await tabTo(testId('export-start'));
        await press('Enter');
        expect((await downloading).suggestedFilename()).toMatch(/\.jsonl$/);
        await focused(testId('export-close'));
        await press('Enter');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await focused(testId('export'));
      },
      PATIENCE_MS,
    );

    it(
      'keeps a segment, changes it, is refused a name that is taken at the field, and deletes it',
      async () => {
        await visit.open('/customers?filter=attribute:plan:is:free');
        await tabTo(testId('segment-create'));
        await press('Enter');
        await focused(testId('segment-name'));
        await press('Enter');
        const field = page.getByTestId('segment-name');
        await page.getByRole('alert').getByText('Enter a name.').waitFor();
        expect(await field.getAttribute('aria-invalid')).toBe('true');
        await page.keyboard.type('Free ones');
        await press('Enter');
        await page.getByTestId('segment').getByText('Free ones').waitFor();

        await press('/');
        await focused(testId('search'));
        await page.keyboard.type('bill');
        await page.getByTestId('segment-update').waitFor();
        await tabTo(testId('segment-update'));
        await press('Enter');
        await page.getByTestId('segment-update').waitFor({ state: 'detached' });

        await press('/');
        await focused(testId('search'));
        await page.keyboard.type('x');
        await page.getByTestId('segment-update').waitFor();
        await tabTo(testId('segment-create'));
        await press('Enter');
        await focused(testId('segment-name'));
        await page.keyboard.type('Free ones');
        await press('Enter');
        await page.getByRole('alert').getByText('There is a segment with this name already.').waitFor();
        expect(await field.inputValue()).toBe('Free ones');
        expect(await field.getAttribute('aria-describedby')).toBe(
          await page.locator('app-field-error[role=alert]').getAttribute('id'),
        );
        await focused(testId('segment-name'));
        expect(await visit.violations()).toEqual([]);
        await press('Escape');

        await tabTo(testId('segment-menu'));
        await press('Enter');
        await tabTo(testId('segment-delete'));
        await press('Enter');
        await page.getByRole('alertdialog').waitFor();
        await tabTo('.button.danger');
        await press('Enter');
        await page.getByTestId('segment').waitFor({ state: 'detached' });
      },
      PATIENCE_MS,
    );

    it(
      'keeps a draft, lists it from the customers and from the form of another, opens it and discards it',
      async () => {
        const asked: string[] = [];
        page.on('dialog', (dialog) => asked.push(dialog.type()));
        await visit.open('/customers/3/edit');
        await tabTo('[data-name=plan] textarea');
        await press('Control+a');
        await page.keyboard.type('kept');
        await page.getByTestId('summary').getByText('1 changed').waitFor();
        await page.reload();
        await page.getByTestId('restored').waitFor();
        expect(asked).toEqual([]);
        await tabTo('.crumbs a');
        await press('Enter');
        await page.getByRole('alertdialog').waitFor();
        expect(await visit.violations()).toEqual([]);
        await tabTo('mat-dialog-actions button:nth-of-type(2)');
        await press('Enter');

        await page.getByTestId('customers').waitFor();
        await tabTo(testId('drafts'));
        await press('Enter');
        await focused(testId('draft-open'));
        expect(await visit.violations()).toEqual([]);
        await press('Escape');
        await focused(testId('drafts'));

        await visit.open('/customers/4/edit');
        await tabTo(testId('drafts'));
        await press('Enter');
        await focused(testId('draft-open'));
        await press('Enter');
        await page.getByRole('heading', { name: 'Edit bill@example.com' }).waitFor();
        await page.getByTestId('restored').waitFor();
        expect(await page.getByTestId('drafts').count()).toBe(0);

        await visit.open('/customers');
        await tabTo(testId('drafts'));
        await press('Enter');
        await focused(testId('draft-open'));
        await tabTo(testId('draft-discard'));
        await press('Enter');
        await focused(testId('drafts-close'));
        await press('Enter');
        await focused('h1');
        await visit.open('/customers/3/edit');
        expect(await page.getByTestId('restored').count()).toBe(0);
      },
      PATIENCE_MS,
    );

    it(
      'chooses a side in a conflict',
      async () => {
        await page.setViewportSize({ width: 640, height: 360 });
        await visit.open('/customers/2/edit');
        await tabTo('[data-name=plan] textarea');
        await page.evaluate('scrollTo(0, document.body.scrollHeight)');
        await press('Control+a');
        await page.keyboard.type('mine');
        await admin.patch('2', { plan: 'theirs' });
        await press('Control+s');
        const conflict = page.getByTestId('conflict');
        await conflict.waitFor();
        await until(async () => ((await conflict.boundingBox())?.y ?? -1) >= 0);
        await press('Shift+Tab');
        await tabTo('[data-testid=choice][data-name=plan] input');
        const mine = page.locator('[data-testid=choice] input[value=mine]');
        await press('ArrowUp', 'ArrowDown');
        await until(() => mine.isChecked());
        await press('Control+s');
        await page.waitForURL('**/customers/2');
        expect(await admin.attributes('2')).toMatchObject({ plan: 'mine' });
      },
      PATIENCE_MS,
    );
  });

  it(
    'ingests a file that is dropped anywhere on the page',
    async () => {
      await visit.open('/ingest');
      const text = JSON.stringify(event({ user_id: '4', name: 'dropped' }));
      const data = await page.evaluateHandle(`(() => {
        const data = new DataTransfer();
        data.items.add(new File([${text}], 'dropped.jsonl'));
        return data;
      })()`);
      await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
      await page.locator('.drop.dragging').waitFor();
      await page.dispatchEvent('main', 'drop', { dataTransfer: data });
      const upload = page.locator(`${testId('upload')}[data-state=ended]`);
      await upload.getByText('dropped.jsonl').waitFor();
      expect(await page.locator('.drop.dragging').count()).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'stops a bulk edit that goes on, and says that one failed',
    async () => {
      await visit.open('/customers');
      const begin = async (): Promise<void> => {
        await page.getByTestId('pick-page').check();
        await page.getByTestId('bulk-delete').click();
        await page.getByTestId('bulk-start').click();
      };
      // The request is never answered.
      await page.route('**/bulk-edits', () => undefined);
      await begin();
      await page.getByTestId('bulk-stop').waitFor();
      await press('Escape');
      await page.getByTestId('bulk-stop').waitFor();
      expect(await visit.violations()).toEqual([]);
      const gone = page.waitForEvent('requestfailed');
      await page.getByTestId('bulk-stop').click();
      await gone;
      await page.getByRole('dialog').waitFor({ state: 'detached' });

      await page.unroute('**/bulk-edits');
      await page.route('**/bulk-edits', (route) => route.fulfill({ status: 200, body: '' }));
      await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
      await begin();
      await page.getByRole('dialog').getByText('The server broke off.').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('bulk-close').click();
      await page.getByTestId('customer-row').first().waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'says that an export failed',
    async () => {
      await visit.open('/customers');
      await page.route('**/exports/**', (route) => route.fulfill({ status: 500, body: '' }));
      await page.getByTestId('export').click();
      await page.getByTestId('export-start').click();
      await page.getByRole('dialog').getByText('The export failed').waitFor();
      expect(await visit.violations()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'keeps the draft of a new customer over a reload; Escape asks before it leaves',
    async () => {
      await visit.open('/new-customer');
      await page.getByTestId('customer-id').fill('draft');
      await page.locator('[data-name=email] textarea').fill('draft@example.com');
      await page.reload();
      await page.getByTestId('restored').waitFor();
      expect(await page.getByTestId('customer-id').inputValue()).toBe('draft');
      expect(await page.locator('[data-name=email] textarea').inputValue()).toBe('draft@example.com');
      await page.getByTestId('customer-id').focus();
      await press('Escape');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Keep editing' }).click();
      await page.getByRole('alertdialog').waitFor({ state: 'detached' });
      expect(await page.getByTestId('customer-id').inputValue()).toBe('draft');
      await press('Escape');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
      await page.waitForURL('**/customers');
      await visit.open('/new-customer');
      expect(await page.getByTestId('restored').count()).toBe(0);
      expect(await page.getByTestId('customer-id').inputValue()).toBe('');
    },
    PATIENCE_MS,
  );
});
