import type { Page } from 'playwright-core';
import { AdminBrowser, ALL_LOOKS, type Visit } from '../support/admin-browser.js';
import { pressKeys, tabThrough, takePointerAway, testId } from '../support/keyboard.js';
import { attributes, event } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 120_000;
const PASSWORD = 'correct horse battery';
const ADA = { name: 'Ada Lovelace', email: 'ada@example.com' };
const BOB = { name: 'Bob Viewer', email: 'bob@example.com' };
const EVE = { name: 'Eve Editor', email: 'eve@example.com' };

// The tests follow one another: the database is open at first, and closed from the set-up on.
describe('access in the admin', () => {
  let admin: AdminBrowser;
  let ada: Visit;

  beforeAll(async () => {
    const people = ['1', '2', '3'].map((user_id) =>
      attributes({ email: `c${user_id}@example.com`, created_at: '1500000000', plan: 'free' }, { user_id }),
    );
    admin = await AdminBrowser.start([...people, event({ user_id: '1' })], { LOG_LEVEL: 'warn' });
    ada = await admin.visit();
  }, PATIENCE_MS);
  afterAll(async () => {
    await ada.end();
    await admin.stop();
  });

  const inVisit = async (work: (visit: Visit) => Promise<void>): Promise<void> => {
    const visit = await admin.visit();
    try {
      await work(visit);
    } finally {
      await visit.end();
    }
  };
  const logIn = async (page: Page, email: string, password = PASSWORD): Promise<void> => {
    await page.getByTestId('login-email').fill(email);
    await page.getByTestId('login-password').fill(password);
    await page.getByTestId('log-in').click();
  };
  const signIn = async (visit: Visit, email: string): Promise<void> => {
    await visit.page.goto(`${visit.url}/login`);
    await logIn(visit.page, email);
    await visit.page.getByTestId('signed-in').waitFor();
  };
  /** Ends all sessions of a visit behind the back of its pages. */
  const endSession = (visit: Visit): Promise<void> => visit.page.context().clearCookies();
  const invite = async (person: typeof BOB, role: string): Promise<string> => {
    const { page } = ada;
    await ada.open('/users');
    await page.getByTestId('invite').click();
    await page.getByTestId('user-name').fill(person.name);
    await page.getByTestId('user-email').fill(person.email);
    await page.getByTestId('user-role').selectOption(role);
    await page.getByTestId('save-user').click();
    const link = (await page.getByTestId('secret').textContent()) ?? '';
    await page.getByTestId('done').click();
    await page.getByTestId('user').filter({ hasText: person.email }).waitFor();
    return link;
  };
  const accept = async (visit: Visit, link: string, person: typeof BOB): Promise<void> => {
    await visit.page.goto(link);
    await visit.page.getByTestId('use-code').waitFor();
    expect(await visit.page.getByTestId('email').inputValue()).toBe(person.email);
    await visit.page.getByTestId('password').fill(PASSWORD);
    await visit.page.getByTestId('save').click();
    await visit.page.getByTestId('customers').waitFor();
  };

  it(
    'while it is open nothing asks for a login, and a link leads to the set-up',
    async () => {
      const { page } = ada;
      await ada.open('/customers');
      expect(await page.getByTestId('signed-in').count()).toBe(0);
      expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
      await page.getByTestId('open-to-all').click();
      await page.getByTestId('write-link').waitFor();
      expect(await ada.violations(ALL_LOOKS)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'the link that the server writes makes the first user, by keyboard alone',
    async () => {
      const { page } = ada;
      takePointerAway(page);
      await tabThrough(page, testId('write-link'));
      await pressKeys(page, 'Enter');
      await page.getByTestId('link-written').waitFor();
      const written = (): string => /http\S+\/setup#[\w-]{22}/.exec(admin.output)?.[0] ?? '';
      await until(async () => written() !== '');
      await page.goto('about:blank');
      await page.goto(written());
      await page.getByTestId('save').waitFor();
      expect(await page.getByTestId('code').count()).toBe(0);
      await tabThrough(page, testId('name'));
      await page.keyboard.type(ADA.name);
      await tabThrough(page, testId('email'));
      await page.keyboard.type(ADA.email);
      await tabThrough(page, testId('password'));
      await page.keyboard.type('short');
      await pressKeys(page, 'Enter');
      await page.locator(`${testId('password')}:focus[aria-invalid=true]`).waitFor();
      await pressKeys(page, 'Control+a');
      await page.keyboard.type(PASSWORD);
      await pressKeys(page, 'Enter');
      await page.getByTestId('customers').waitFor();
      await page.getByTestId('signed-in').getByText(ADA.name).waitFor();
      await pressKeys(page, 'g', 'u');
      await page.waitForURL('**/users');
      await pressKeys(page, 'n');
      await page.locator(`${testId('user-name')}:focus`).waitFor();
      await pressKeys(page, 'Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    },
    PATIENCE_MS,
  );

  it(
    'whoever is not signed in gets the login, and then the page of the address',
    async () => {
      await inVisit(async (visit) => {
        const { page } = visit;
        await visit.open('/customers/2?from=mail');
        await page.waitForURL('**/login?return=*');
        expect(await page.getByRole('link', { name: 'Customers', exact: true }).count()).toBe(0);
        expect(await visit.violations(ALL_LOOKS)).toEqual([]);
        await logIn(page, ADA.email, 'not the password');
        await page.getByTestId('login-failed').waitFor();
        expect(await visit.violations()).toEqual([]);
        await page.getByTestId('login-password').fill(PASSWORD);
        await page.keyboard.press('Enter');
        await page.waitForURL('**/customers/2?from=mail');
        await page.getByTestId('edit').waitFor();
        await page.getByTestId('log-out').click();
        await page.waitForURL('**/login');
        await page.goto(`${visit.url}/login?return=//evil.test/customers`);
        await logIn(page, ADA.email);
        await page.waitForURL(`${visit.url}/customers`);
        await page.goto(`${visit.url}/setup`);
        await page.getByTestId('set-up-done').waitFor();
      });
    },
    PATIENCE_MS,
  );

  it(
    'an invited viewer sees everything, and nothing to change it with',
    async () => {
      const link = await invite(BOB, 'viewer');
      await inVisit(async (visit) => {
        const { page } = visit;
        await accept(visit, link, BOB);
        const nothing = async (...ids: string[]): Promise<void> => {
          for (const id of ids) expect([id, await page.getByTestId(id).count()]).toEqual([id, 0]);
        };
        await nothing('export', 'pick-page', 'segment-create');
        expect(await page.getByRole('link', { name: 'New customer' }).count()).toBe(0);
        await pressKeys(page, 'j', 'x', 'e', 'c');
        expect(new URL(page.url()).pathname).toBe('/customers');
        await visit.open('/customers/1');
        await nothing('edit', 'delete');
        await visit.open('/ingest');
        await nothing('file');
        for (const path of ['/customers/1/edit', '/new-customer', '/sources', '/live', '/users', '/tokens', '/audit']) {
          await visit.open(path);
          await page.getByTestId('not-allowed').waitFor();
        }
        expect(await visit.violations(ALL_LOOKS)).toEqual([]);
        await page.goto(link);
        await page.getByTestId('code-refused').waitFor();
        expect(await visit.violations(ALL_LOOKS)).toEqual([]);
      });
    },
    PATIENCE_MS,
  );

  it(
    'a session that ends in the middle of an edit keeps what was typed, and saves it after the login',
    async () => {
      await inVisit(async (visit) => {
        const { page } = visit;
        await signIn(visit, ADA.email);
        await visit.open('/customers/1/edit');
        await page.locator('[data-name=plan] textarea').fill('gold');
        await endSession(visit);
        await page.keyboard.press('Control+s');
        await page.getByRole('dialog').getByTestId('login').waitFor();
        expect(await page.getByTestId('login-email').inputValue()).toBe(ADA.email);
        expect(await visit.violations()).toEqual([]);
        await page.locator(`${testId('login-password')}:focus`).waitFor();
        await page.keyboard.type(PASSWORD);
        await page.keyboard.press('Enter');
        await page.waitForURL('**/customers/1');
        await page.getByTestId('attributes').getByText('gold').waitFor();
        await page.getByTestId('by').getByText(ADA.email).first().waitFor();
        await visit.open('/customers/1');
        await page.getByTestId('by').first().waitFor();
        expect(await visit.violations()).toEqual([]);
      });
    },
    PATIENCE_MS,
  );

  it(
    'several requests ask once; without a login they fail, and the page says so',
    async () => {
      await inVisit(async (visit) => {
        const { page } = visit;
        await signIn(visit, ADA.email);
        await visit.open('/ingest');
        await endSession(visit);
        await page.getByRole('link', { name: 'Customers', exact: true }).click();
        await page.getByRole('dialog').waitFor();
        expect(await page.getByRole('dialog').count()).toBe(1);
        await page.keyboard.press('Escape');
        await page.getByText('The customers could not be loaded').waitFor();
      });
    },
    PATIENCE_MS,
  );

  it(
    'somebody else who logs in is told, and gets the page anew',
    async () => {
      const link = await invite(EVE, 'editor');
      await inVisit(async (visit) => {
        const { page } = visit;
        await accept(visit, link, EVE);
        await visit.open('/customers/2');
        // A later request of the page would ask for the login, too.
        await page.getByTestId('timeline-entry').first().waitFor();
        await page.waitForLoadState('networkidle');
        await endSession(visit);
        await page.getByTestId('edit').click();
        await page.getByRole('dialog').waitFor();
        await logIn(page, ADA.email);
        await page.getByTestId('somebody-else').waitFor();
        expect(await visit.violations()).toEqual([]);
        await page.getByTestId('reload').click();
        await page.getByTestId('signed-in').getByText(ADA.name).waitFor();
      });
    },
    PATIENCE_MS,
  );

  it(
    'a login in one tab lets the other one go on',
    async () => {
      await inVisit(async (visit) => {
        const { page } = visit;
        await signIn(visit, ADA.email);
        await visit.open('/customers/3/edit');
        await page.locator('[data-name=plan] textarea').fill('silver');
        await endSession(visit);
        await page.keyboard.press('Control+s');
        await page.getByRole('dialog').waitFor();
        const other = await page.context().newPage();
        await other.goto(`${visit.url}/login`);
        await logIn(other, ADA.email);
        await other.getByTestId('signed-in').waitFor();
        await page.waitForURL('**/customers/3');
      });
    },
    PATIENCE_MS,
  );

  it(
    'a user is edited, disabled, let in again, and removed; the last admin stays',
    async () => {
      const { page } = ada;
      await ada.open('/users');
      expect(await ada.violations(ALL_LOOKS)).toEqual([]);
      const bob = page.getByTestId('user').filter({ hasText: BOB.email });
      await bob.getByTestId('edit-user').click();
      await page.getByTestId('save-user').waitFor();
      expect(await ada.violations()).toEqual([]);
      await page.getByTestId('user-role').selectOption('editor');
      await page.getByTestId('save-user').click();
      await bob.getByText('Editor').waitFor();
      await bob.getByTestId('disable-user').click();
      await bob.getByText('disabled').waitFor();
      await inVisit(async (visit) => {
        await visit.page.goto(`${visit.url}/login`);
        await logIn(visit.page, BOB.email);
        await visit.page.getByTestId('login-failed').waitFor();
      });
      await bob.getByTestId('disable-user').click();
      await bob.getByText('disabled').waitFor({ state: 'detached' });
      await bob.getByTestId('user-link').click();
      await page.getByTestId('save-user').click();
      await page.getByTestId('link-made').waitFor();
      expect(await page.getByTestId('secret').textContent()).toContain('/password#');
      expect(await ada.violations()).toEqual([]);
      await page.getByTestId('done').click();
      await bob.getByTestId('remove-user').click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await bob.waitFor({ state: 'detached' });
      await page.getByTestId('user').filter({ hasText: ADA.email }).getByTestId('edit-user').click();
      await page.getByTestId('user-role').selectOption('viewer');
      await page.getByTestId('save-user').click();
      await page.getByText('This is the last admin').waitFor();
      await page.keyboard.press('Escape');
    },
    PATIENCE_MS,
  );

  it(
    'a token is shown once, comes in, and is removed',
    async () => {
      const { page } = ada;
      await ada.open('/tokens');
      expect(await ada.violations(ALL_LOOKS)).toEqual([]);
      await page.getByTestId('make-token').click();
      await page.getByTestId('save-token').click();
      await page.getByText('Choose at least one.').waitFor();
      expect(await ada.violations()).toEqual([]);
      await page.getByTestId('token-name').fill('nightly import');
      await page.getByTestId('may-read').check();
      await page.getByTestId('save-token').click();
      const secret = (await page.getByTestId('secret').textContent()) ?? '';
      const asked = (): Promise<Response> =>
        fetch(`${ada.url}/customers/1`, { headers: { authorization: `Bearer ${secret}` } });
      expect((await asked()).status).toBe(200);
      expect(await ada.violations()).toEqual([]);
      await page.getByTestId('done').click();
      const token = page.getByTestId('token').filter({ hasText: 'nightly import' });
      await token.waitFor();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await ada.violations()).toEqual([]);
      await token.getByTestId('remove-token').click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await token.waitFor({ state: 'detached' });
      await until(async () => (await asked()).status === 401);
    },
    PATIENCE_MS,
  );

  it(
    'the audit reads well, is filtered, and is a file',
    async () => {
      const { page } = ada;
      await ada.open('/audit');
      await page.getByText('Ada Lovelace made the token nightly import').waitFor();
      expect(await ada.violations(ALL_LOOKS)).toEqual([]);
      await page.getByTestId('audit-action').selectOption('user.removed');
      await page.waitForURL('**/audit?action=user.removed');
      await page.getByText(`Ada Lovelace removed the user ${BOB.email}`).waitFor();
      await until(async () => (await page.getByTestId('audit-entry').count()) === 1);
      const download = page.waitForEvent('download');
      await page.getByTestId('audit-csv').click();
      expect((await download).suggestedFilename()).toBe('audit.csv');
      await page.getByTestId('audit-clear').click();
      await page.waitForURL('**/audit');
    },
    PATIENCE_MS,
  );

  it(
    'a file that is asked for without a session comes after the login',
    async () => {
      await inVisit(async (visit) => {
        const { page } = visit;
        await signIn(visit, ADA.email);
        await visit.open('/audit');
        await endSession(visit);
        const download = page.waitForEvent('download');
        await page.getByTestId('audit-csv').click();
        await page.getByRole('dialog').waitFor();
        await page.getByTestId('login-password').fill(PASSWORD);
        await page.keyboard.press('Enter');
        expect((await download).suggestedFilename()).toBe('audit.csv');
      });
    },
    PATIENCE_MS,
  );

  it(
    'a password is changed, and the other sessions end',
    async () => {
      const { page } = ada;
      await inVisit(async (visit) => {
        await signIn(visit, ADA.email);
        await ada.open('/account');
        expect(await ada.violations(ALL_LOOKS)).toEqual([]);
        await page.getByTestId('current').fill('wrong, I am afraid');
        await page.getByTestId('password').fill(`${PASSWORD}!`);
        await page.getByTestId('save-password').click();
        await page.locator(`${testId('current')}[aria-invalid=true]`).waitFor();
        await page.getByTestId('current').fill(PASSWORD);
        await page.getByTestId('save-password').click();
        await until(async () => (await page.getByTestId('session').count()) === 1);
        await visit.page.getByRole('link', { name: 'Overview' }).click();
        await visit.page.getByRole('dialog').waitFor();
      });
    },
    PATIENCE_MS,
  );
});
