import { AdminBrowser, ALL_LOOKS, type Visit } from '../support/admin-browser.js';
import { pressKeys, testId } from '../support/keyboard.js';
import { attributes } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 120_000;
const DAY_MS = 86_400_000;
/** A repeat has the time of the first message. */
const NOW = new Date().toISOString();

// The tests follow one another: the source is made in the first of them.
describe('live messages in the admin', () => {
  let admin: AdminBrowser;
  let visit: Visit;
  let key = '';

  beforeAll(async () => {
    const people = ['1', '2', '3'].map((user_id) => attributes({ email: `c${user_id}@example.com` }, { user_id }));
    admin = await AdminBrowser.start(people, { LOG_LEVEL: 'warn' });
    visit = await admin.visit();
  }, PATIENCE_MS);
  afterAll(async () => {
    await visit.end();
    await admin.stop();
  });

  const post = (path: string, body: unknown, withKey = key): Promise<Response> =>
    fetch(`${visit.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${withKey}:`)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const identify = (userId: string, messageId: string, some: object = {}): object => ({
    type: 'identify',
    userId,
    messageId,
    traits: { plan: 'pro' },
    timestamp: NOW,
    ...some,
  });
  const send = async (...batch: object[]): Promise<void> => {
    expect((await post('/v1/batch', { batch })).status).toBe(200);
  };
  const rows = (): Promise<string[]> => visit.page.getByTestId('call').locator('.outcome').allInnerTexts();
  const openSource = async (): Promise<void> => {
    await visit.open('/sources');
    await visit.page.getByRole('link', { name: 'Shop', exact: true }).click();
    await visit.page.getByTestId('switches').waitFor();
  };

  it(
    'a source is made, its key is shown once, and its first message shows at once',
    async () => {
      const { page } = visit;
      await visit.open('/customers');
      await pressKeys(page, 'g', 's');
      await page.getByTestId('sources').getByText('Always there, without a key.').waitFor();
      expect(await visit.violations(ALL_LOOKS)).toEqual([]);
      await pressKeys(page, 'n');
      await page.locator(`${testId('source-name')}:focus`).waitFor();
      expect(await visit.violations()).toEqual([]);
      await page.keyboard.type('Shop');
      await page.getByTestId('source-kind').selectOption('segment');
      await pressKeys(page, 'Enter');
      await page.getByTestId('source-made').waitFor();
      key = (await page.getByTestId('secret').textContent()) ?? '';
      expect(await page.getByTestId('snippet').textContent()).toContain(`writeKey: '${key}', host: '${visit.url}'`);
      await page.getByText('Waiting for the first message').waitFor();
      await send(identify('7', 'first'));
      await page.getByTestId('first-call').getByText('identify').waitFor();
      expect(await page.getByTestId('first-call').textContent()).toContain('accepted');
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('done').click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await page.content()).not.toContain(key);
    },
    PATIENCE_MS,
  );

  it(
    'the live view shows messages as they arrive, with what became of each',
    async () => {
      const { page } = visit;
      await pressKeys(page, 'g', 'l');
      await page.getByTestId('call').filter({ hasText: '7' }).waitFor();
      await send(
        identify('7', 'second'),
        identify('7', 'second'),
        { type: 'track', anonymousId: 'a', event: 'Order', messageId: 'third' },
        { type: 'group', userId: '7', groupId: 'g', messageId: 'fourth' },
        identify('8', 'fifth', { timestamp: new Date(Date.now() + 3 * DAY_MS).toISOString() }),
      );
      await page.getByTestId('call').filter({ hasText: 'timestamp is no time' }).waitFor();
      await until(async () => (await rows()).length === 6);
      expect((await rows()).sort()).toEqual(
        ['accepted', 'accepted', 'anonymous', 'duplicate', 'ignored', 'rejected'].sort(),
      );
      expect(await visit.violations(ALL_LOOKS)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'a row opens to what it repeats, by keyboard, and the list waits meanwhile',
    async () => {
      const { page } = visit;
      await page.getByTestId('outcome-duplicate').click();
      await page.waitForURL('**/live?outcome=duplicate');
      await until(async () => (await page.getByTestId('call').count()) === 1);
      await page.getByTestId('calls').focus();
      await pressKeys(page, 'ArrowDown');
      await page.getByTestId('duplicate-of').getByText('second').waitFor();
      expect(await visit.violations()).toEqual([]);
      await send(identify('7', 'second'));
      await page.getByTestId('waiting').getByText('1 wait').waitFor();
      expect(await page.getByTestId('call').count()).toBe(1);
      await pressKeys(page, 'p');
      await until(async () => (await page.getByTestId('call').count()) === 2);
      await page.getByTestId('outcome-duplicate').click();
      await page.getByTestId('text').fill('fifth');
      await until(async () => (await page.getByTestId('call').count()) === 1);
      await page.getByTestId('call').click();
      await page.getByTestId('call-customer').click();
      await page.waitForURL('**/customers/8');
    },
    PATIENCE_MS,
  );

  it(
    'thousands of messages a second are drawn, and the last 1 000 kept',
    async () => {
      const { page } = visit;
      await visit.open('/live');
      await page.getByTestId('call').first().waitFor();
      const count = async (): Promise<number> =>
        Number((await page.getByTestId('outcome-accepted').locator('strong').textContent())?.replace(/\D/g, ''));
      const before = await count();
      for (let burst = 0; burst < 30; burst++)
        await send(...Array.from({ length: 100 }, (_, i) => identify(`b${i}`, `${burst}-${i}`)));
      // All are told of, or counted as left out.
      const skipped = async (): Promise<number> => {
        const text = await page.locator('p.foot').textContent();
        return Number(/([\d,]+) messages came faster/.exec(text ?? '')?.[1].replace(/\D/g, '') ?? 0);
      };
      await until(async () => (await count()) - before + (await skipped()) >= 3000);
      await page.locator('[role=option][aria-setsize="1000"]').first().waitFor();
      expect(await page.getByTestId('call').count()).toBeLessThan(120);
    },
    PATIENCE_MS,
  );

  it(
    'the connection is made again when the server can be reached',
    async () => {
      const { page } = visit;
      await page.route('**/live', (route) =>
        route.request().resourceType() === 'eventsource' ? route.abort('connectionrefused') : route.continue(),
      );
      await visit.open('/live');
      await page.getByTestId('feed-state').getByText('The connection is lost').waitFor();
      await page.unroute('**/live');
      await page.getByTestId('feed-state').getByText('Connected').waitFor();
      await send(identify('7', 'after'));
      await page.getByTestId('text').fill('"after"');
      await page.getByTestId('call').first().waitFor();
    },
    PATIENCE_MS,
  );

  it(
    'a source tells what it received and rejected, gets a new key, is switched off, and is removed',
    async () => {
      const { page } = visit;
      await openSource();
      await page.getByTestId('reject').getByText('timestamp is no time from 1970 to tomorrow').waitFor();
      await page.getByTestId('reject').locator('summary').click();
      await page.getByTestId('as-table').click();
      await page.getByRole('cell', { name: '1', exact: true }).first().waitFor();
      expect(await visit.violations(ALL_LOOKS)).toEqual([]);

      await page.getByTestId('new-key').click();
      await page.getByTestId('overlap').selectOption('Not at all: it is refused at once');
      expect(await visit.violations()).toEqual([]);
      await page.getByTestId('save-source').click();
      const newKey = (await page.getByTestId('secret').textContent()) ?? '';
      await page.getByTestId('done').click();
      expect(newKey).not.toBe(key);
      // While Roster is open, any key counts for the default source, but one that a page of another origin sends.
      const asPage = (withKey: string): Promise<Response> =>
        fetch(`${visit.url}/v1/i`, {
          method: 'POST',
          headers: { origin: 'https://shop.example', 'content-type': 'text/plain' },
          body: JSON.stringify({ ...identify('7', `p${withKey}`), writeKey: withKey }),
        });
      expect([(await asPage(key)).status, (await asPage(newKey)).status]).toEqual([401, 200]);

      await page.getByTestId('switch-source').click();
      await page.getByText('This source is off').waitFor();
      await page.locator('mat-snack-bar-container').waitFor();
      expect(await visit.violations()).toEqual([]);
      await until(async () => (await asPage(newKey)).status === 401);

      await page.getByTestId('edit-source').click();
      await page.getByTestId('source-name').fill('Old shop');
      await page.getByTestId('save-source').click();
      await page.getByRole('heading', { name: 'Old shop' }).waitFor();
      await page.getByTestId('remove-source').click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await page.waitForURL('**/sources');
      await page.getByTestId('sources').waitFor();
      await page.getByText('Old shop', { exact: true }).waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );

  it(
    'a customer is suppressed after a question, and its messages are taken again',
    async () => {
      const { page } = visit;
      await visit.open('/customers/2');
      await page.getByTestId('suppress').click();
      await page.getByRole('alertdialog').getByText('every message with this id is rejected').waitFor();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Suppress' }).click();
      await page.getByTestId('suppressed').waitFor();
      expect(await visit.violations(ALL_LOOKS)).toEqual([]);
      const outcome = async (): Promise<unknown> =>
        (await post('/messages', [{ type: 'event', name: 'e', user_id: '2', id: 'x' }])).json();
      expect(await outcome()).toMatchObject({ accepted: 0, rejected: [{ reason: 'suppressed' }] });
      await page.getByTestId('unsuppress').click();
      await page.getByTestId('tombstone').waitFor();
      expect(await outcome()).toMatchObject({ accepted: 1, rejected: [] });
    },
    PATIENCE_MS,
  );
});
