import { text } from 'node:stream/consumers';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { attributes, event, TIME } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 90_000;
const OF_BILL = { email: 'bill@example.com', created_at: '1542474417' };

function messages(): string[] {
  const plain = ['1', '2', '3'].map((user_id) =>
    attributes({ ...OF_BILL, plan: 'basic', seats: 3, city: 'Brno' }, { user_id }),
  );
  const rich = {
    ...OF_BILL,
    first_name: 'Žofie',
    last_name: 'Nováková',
    last_seen_at: 1560900000,
    site: 'https://example.com/7',
    address: { city: 'Brno', geo: { lat: 49.2 } },
    vip: true,
    שם: 'שלום',
    note: 'x'.repeat(400),
  };
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [`pref_${String(i)}`, i % 2 === 0 ? i : `value ${String(i)}`]),
  );
  const large = Object.fromEntries(
    Array.from({ length: 298 }, (_, i) => [`attribute_${String(i).padStart(3, '0')}`, i]),
  );
  const events = Array.from({ length: 80 }, (_, i) => event({ user_id: '7', name: `event_${String(i)}` }));
  return [
    ...plain,
    attributes({ ...rich, ...many }, { user_id: '7' }),
    attributes(rich, { user_id: '8' }),
    attributes({ ...OF_BILL, ...large }, { user_id: '300', timestamp: TIME }),
    ...events,
    ...['page', 'page', 'page'].map((name) => event({ user_id: '7', name })),
  ];
}

describe('the pages of the admin', () => {
  let admin: AdminBrowser;
  let visit: Visit;

  beforeAll(async () => {
    admin = await AdminBrowser.start(messages());
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit();
  });
  afterEach(() => visit.end());

  it(
    'edits with a changed type, an undo, pasted attributes and a draft that survives a reload, and keeps the history',
    async () => {
      const { page } = visit;
      await visit.open('/customers/1/edit');
      await page.locator('[data-name=seats] [data-testid=attribute-type]').selectOption('text');
      await page.getByRole('button', { name: 'Remove plan' }).click();
      await page.getByRole('button', { name: 'Undo removing plan' }).click();
      await page.getByRole('button', { name: 'Remove city' }).click();
      await page.getByTestId('paste-many').click();
      await page.getByTestId('paste-text').fill('tags: ["a", 1]\nplan: gold\nzip: 00702\nno colon');
      await page.getByTestId('paste-read').getByText('3 attributes read').waitFor();
      await page.getByTestId('paste-read').getByText('Line 4 has no colon').waitFor();
      await page.getByTestId('paste-apply').click();
      await page.getByTestId('summary').getByText('2 added, 2 changed, 1 removed').waitFor();
      expect(await visit.violations()).toEqual([]);

      await page.reload();
      await page.getByTestId('restored').waitFor();
      await until(async () => (await page.getByTestId('changes').locator('li').count()) === 5);
      const changes = await page.getByTestId('changes').locator('li').all();
      const names = await Promise.all(changes.map((change) => change.getAttribute('data-name')));
      expect(names).toEqual(['city', 'plan', 'seats', 'tags', 'zip']);
      await page.getByLabel('plan', { exact: true }).press('Control+s');
      await page.waitForURL('**/customers/1');
      expect(await admin.attributes('1')).toEqual({
        ...OF_BILL,
        plan: 'gold',
        seats: '3',
        tags: ['a', 1],
        zip: '00702',
      });

      const entry = page.getByTestId('timeline-entry').first();
      await entry.getByText('in the admin').waitFor();
      await expect(entry.getByRole('listitem').allInnerTexts()).resolves.toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^plan\s+from\s+basic\s+to\s+gold$/),
          expect.stringMatching(/^city/),
        ]),
      );

      await page.getByTestId('edit').click();
      await page.getByLabel('plan', { exact: true }).fill('thrown away');
      await page.keyboard.press('Escape');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Keep editing' }).click();
      await page.getByRole('alertdialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Escape');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Discard' }).click();
      await page.waitForURL('**/customers/1');
      await visit.open('/customers/1/edit');
      await expect(page.getByTestId('summary').innerText()).resolves.toBe('No changes');
    },
    PATIENCE_MS,
  );

  it(
    'shows their value beside mine in a conflict, and takes the one that is chosen',
    async () => {
      const { page } = visit;
      await visit.open('/customers/2/edit');
      await page.getByLabel('plan', { exact: true }).fill('mine');
      await page.getByLabel('city', { exact: true }).fill('mine');
      await admin.patch('2', { plan: 'theirs', city: null, seats: 4 });
      await page.keyboard.press('Control+s');
      await page.getByTestId('theirs-only').getByText('seats').waitFor();
      const choice = (name: string) => page.locator(`[data-testid=choice][data-name=${name}]`);
      await expect(choice('plan').innerText()).resolves.toMatch(/Theirs\s+theirs\s[^]*Mine\s+mine/);
      await expect(choice('city').innerText()).resolves.toMatch(/Theirs\s+removed\s[^]*Mine\s+mine/);
      expect(await visit.violations()).toEqual([]);
      await choice('plan')
        .getByRole('radio', { name: /^Theirs/ })
        .check();
      await page.getByTestId('save').click();
      await page.waitForURL('**/customers/2');
      expect(await admin.attributes('2')).toEqual({ ...OF_BILL, plan: 'theirs', city: 'mine', seats: 4 });
    },
    PATIENCE_MS,
  );

  it(
    'stays quick with 300 attributes',
    async () => {
      const { page } = visit;
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable', { timeDomain: 'threadTicks' });
      const cpuSeconds = async (): Promise<number> => {
        const { metrics } = await session.send('Performance.getMetrics');
        return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
      };
      await visit.open('/customers/300/edit');
      await page.getByTestId('all-attributes').click();
      await until(async () => (await page.getByTestId('attribute-row').count()) === 300);
      await page.getByTestId('find-attribute').fill('attribute_297');
      const field = page.getByLabel('attribute_297', { exact: true });
      await page.getByLabel('attribute_001', { exact: true }).waitFor({ state: 'hidden' });
      await field.focus();
      const before = await cpuSeconds();
      // Each input is drawn in a frame of its own.
      await page.evaluate(`(async () => {
        const input = document.activeElement;
        for (let i = 0; i < 10; i++) {
          input.value = String(1000 + i);
          input.dispatchEvent(new Event('input', { bubbles: true }));
          await new Promise((frame) => requestAnimationFrame(() => setTimeout(frame)));
        }
      })()`);
      expect((await cpuSeconds()) - before).toBeLessThan(2.5);
      await page.keyboard.press('Control+s');
      await page.waitForURL('**/customers/300');
      expect(await admin.attributes('300')).toMatchObject({ attribute_296: 296, attribute_297: 1009 });
    },
    PATIENCE_MS,
  );

  it(
    'shows who a customer is, finds in 200 attributes and 80 events, and copies',
    async () => {
      visit = await admin.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
      const { page } = visit;
      await visit.open('/customers/7');
      await expect(page.getByRole('heading', { level: 1 }).innerText()).resolves.toContain('Žofie Nováková');
      await page.getByTestId('all-attributes').click();
      const value = (name: string) => page.locator(`[data-testid=attribute][data-name="${name}"]`);
      await expect(value('last_seen_at').locator('time').getAttribute('datetime')).resolves.toBe(
        '2019-06-18T23:20:00.000Z',
      );
      await expect(value('last_seen_at').locator('time').getAttribute('title')).resolves.toMatch(/UTC/);
      await expect(value('site').getByRole('link').getAttribute('href')).resolves.toBe('https://example.com/7');
      await value('address').locator('summary').first().click();
      await value('address').getByText('"Brno"', { exact: true }).waitFor();
      await value('address').getByRole('button', { name: 'Copy address' }).click();
      const copied = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(JSON.parse(copied)).toEqual({ city: 'Brno', geo: { lat: 49.2 } });

      const shown = (id: string, count: number): Promise<void> =>
        until(async () => (await page.getByTestId(id).count()) === count);
      await page.getByTestId('attribute-filter').fill('value 151');
      await shown('attribute', 1);
      await shown('event', 12);
      await expect(page.getByTestId('event').first().innerText()).resolves.toMatch(/page\s+3/);
      await page.getByTestId('event-filter').fill('event_79');
      await shown('event', 1);
      await visit.open('/customers/8');
      await value('address').locator('summary').first().click();
      expect(await visit.violations()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'ingests a file that is chosen, with its rejects to see and to download, and shows the numbers as plots and tables',
    async () => {
      const { page } = visit;
      await visit.open('/ingest');
      const lines = [
        event({ user_id: '3', name: 'uploaded' }),
        '{oops',
        event({ user_id: '3', name: 'uploaded' }),
        attributes({ city: 'Wien' }, { user_id: '3', timestamp: TIME + 1 }),
        '[]',
      ];
      await page
        .getByTestId('file')
        .setInputFiles({ name: 'more.jsonl', mimeType: 'application/x-ndjson', buffer: Buffer.from(lines.join('\n')) });
      const upload = page.getByTestId('upload');
      await upload.and(page.locator('[data-state=ended]')).waitFor();
      await expect(upload.locator('dl').innerText()).resolves.toMatch(/Lines\s+5\s+.*Events\s+2\s+.*Rejected\s+2\s/s);
      // A request of its own fetches the rejects.
      await upload.getByTestId('rejects').waitFor();
      await expect(upload.getByTestId('rejects').getByRole('row').allInnerTexts()).resolves.toEqual([
        expect.stringMatching(/Line/),
        expect.stringMatching(/^2\s+not valid JSON\s+At character 2 stands "oops" [^]*\{oops$/),
        expect.stringMatching(/^5\s+JSON, but no object\s+The line is a JSON list\.[^]*\[\]$/),
      ]);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        upload.getByTestId('download-rejects').click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/^rejects-\d+\.jsonl$/);
      const rejects = (await text(await download.createReadStream())).trim().split('\n');
      expect(rejects.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ line: 2 }, { line: 5 }]);
      await upload.getByText('3 of 5 lines taken, 2 rejected.').waitFor();
      const [raw] = await Promise.all([page.waitForEvent('download'), upload.getByTestId('download-lines').click()]);
      expect(raw.suggestedFilename()).toMatch(/^rejected-lines-\d+\.jsonl$/);
      expect(await text(await raw.createReadStream())).toBe('{oops\n[]\n');
      await page.getByTestId('ingestion').getByText('messages.data').waitFor();
      expect(await visit.violations()).toEqual([]);

      await visit.open('/overview');
      await expect(page.getByTestId('totals').innerText()).resolves.toMatch(/Customers\s+6\s+Events\s+85\s/);
      await page.getByText('2 rejected', { exact: true }).waitFor();
      await page.getByTestId('activity-events').locator('canvas').waitFor();
      await expect(page.getByTestId('events').getByRole('row').nth(1).innerText()).resolves.toMatch(/page\s+3\s+3\.5%/);
      await page.getByTestId('activity-events').getByTestId('as-table').click();
      expect(await visit.violations()).toEqual([]);
      await page.getByRole('link', { name: 'All attributes' }).click();
      await page.waitForURL('**/attributes');
      await page.getByTestId('attributes').getByRole('link', { name: 'email' }).waitFor();
      expect(await visit.violations()).toEqual([]);
      await visit.open('/overview');
      await page.getByTestId('events').getByRole('link', { name: 'uploaded' }).click();
      await page.waitForURL('**/customers?filter=event:uploaded:at_least:1');
    },
    PATIENCE_MS,
  );

  it(
    'speaks German to whom it is German, and English to who chooses it',
    async () => {
      visit = await admin.visit({ locale: 'de-AT' });
      const { page } = visit;
      await visit.open('/customers/3');
      await expect(page.locator('html').getAttribute('lang')).resolves.toBe('de');
      await page.getByRole('heading', { name: 'Attribute', exact: false }).first().waitFor();
      await expect(page.getByTestId('created').innerText()).resolves.toContain('17.11.2018, 17:06');
      await page.getByTestId('edit').click();
      await page.waitForURL('**/customers/3/edit');
      await page.getByTestId('add-attribute').getByText('Attribut hinzufügen').waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('language').first().selectOption('en');
      await page.getByTestId('add-attribute').getByText('Add attribute').waitFor();
      expect(new URL(page.url()).pathname).toBe('/customers/3/edit');
    },
    PATIENCE_MS,
  );
});
