import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { closePages, openBrowser } from '../support/browser.js';
import { temporaryFolder } from '../support/engine.js';
import { attributes } from '../support/messages.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const LINE = attributes({ email: 'owned@evil.example' }, { user_id: '1' });

/** The browser of the tests finds every name below `.test` at 127.0.0.1. */
describe('a page of another site, in a real browser', () => {
  const folder = temporaryFolder();
  let roster: ServerProcess;
  let foreign: Server;
  let browser: Browser;
  let page: Page;
  let port: string;

  beforeAll(async () => {
    foreign = createServer((_request, answer) => answer.setHeader('content-type', 'text/html').end('<p>Hello</p>'));
    foreign.listen(0, '127.0.0.1');
    [roster, browser] = await Promise.all([
      ServerProcess.start({ DATA_DIR: folder.path, DATABASE_URL: 'memory:', LOG_LEVEL: 'info' }),
      openBrowser(),
      once(foreign, 'listening'),
    ]);
    ({ port } = new URL(roster.url));
    page = await (await browser.newContext({ bypassCSP: true })).newPage();
  });
  afterAll(async () => {
    await closePages(browser);
    foreign.close();
    await roster.kill();
    folder.remove();
  });

  const customers = async (): Promise<unknown> => (await fetch(`${roster.url}/customers`)).json();

  it('cannot upload, neither by a script nor by a form', async () => {
    await page.goto(`http://evil.test:${(foreign.address() as AddressInfo).port}/`);
    // The page does not even learn the status: the policy of the answer keeps it from other origins.
    const failure = await page.evaluate(
      ([url, line]) =>
        fetch(url, { method: 'POST', mode: 'no-cors', body: new Blob([line]) }).then(
          () => 'sent',
          (error: unknown) => String(error),
        ),
      [`${roster.url}/ingestions`, LINE],
    );
    expect(failure).toBe('TypeError: Failed to fetch');
    const answer = page.waitForResponse(/ingestions/);
    await page.evaluate(`
      document.body.innerHTML = '<form method="post" enctype="text/plain" action="${roster.url}/ingestions"><textarea></textarea>';
      document.querySelector('textarea').name = ${JSON.stringify(LINE)};
      document.querySelector('form').submit();
    `);
    expect(await (await answer).json()).toMatchObject({ statusCode: 403, code: 'foreign_origin' });
    expect(await customers()).toMatchObject({ customers: [] });
    expect(await (await fetch(`${roster.url}/ingestions`)).json()).toEqual({ ingestions: [] });
  });

  it('cannot read or write under a name of its own that leads here', async () => {
    const answer = await page.goto(`http://rebound.test:${port}/customers`);
    expect([answer?.status(), await answer?.json()]).toMatchObject([421, { code: 'unknown_host' }]);
    const statuses = await page.evaluate(async (line) => {
      const read = await fetch('/customers', { headers: { accept: 'application/json' } });
      const written = await fetch('/ingestions', { method: 'POST', body: line });
      return [read.status, written.status];
    }, LINE);
    expect(statuses).toEqual([421, 421]);
    expect(await customers()).toMatchObject({ customers: [] });
  });

  it('does not keep the admin from what it does', async () => {
    await page.goto(`http://localhost:${port}/ingestions`);
    const status = await page.evaluate(
      async (line) => (await fetch('/ingestions', { method: 'POST', body: line })).status,
      LINE,
    );
    expect(status).toBe(202);
    await page.goto(`http://roster.localhost:${port}/`);
    expect(await page.title()).toContain('Roster');
  });

  it('cannot use the login of its reader, not even from another port of the same name', async () => {
    const own = `http://localhost:${port}`;
    await fetch(`${roster.url}/setup/code`, { method: 'POST' });
    const code = (): string | undefined => /\/setup#([\w-]{22})/.exec(roster.output)?.[1];
    await until(async () => code() !== undefined);
    const user = { code: code(), email: 'ada@example.com', name: 'Ada', password: 'correct horse battery' };
    await page.goto(`${own}/ingestions`);
    const status = (url: string, init: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
      page.evaluate(([to, how]) => fetch(to, how as object).then((answer): unknown => answer.status, String), [
        url,
        { headers: { accept: 'application/json' }, ...init },
      ] as const);
    const headers = { 'content-type': 'application/json' };
    expect(await status('/setup', { method: 'POST', headers, body: JSON.stringify(user) })).toBe(201);
    expect(await status('/customers')).toBe(200);
    expect(await page.evaluate('document.cookie')).not.toContain('roster_session');
    await page.goto(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
    // The browser sends the cookie along, as cookies do not know ports.
    const credentials = 'include';
    expect(await status(`${own}/customers`, { credentials })).toBe('TypeError: Failed to fetch');
    expect(await status(`${own}/ingestions`, { credentials, method: 'POST', body: LINE })).toBe(
      'TypeError: Failed to fetch',
    );
    const answer = page.waitForResponse(/exports/);
    await page.evaluate(`location.href = '${own}/exports/customers.csv'`);
    expect(await (await answer).json()).toMatchObject({ statusCode: 403, code: 'foreign_origin' });
    await page.goto(`${own}/ingestions`);
    const list = await page.evaluate(async () =>
      (await fetch('/ingestions', { headers: { accept: 'application/json' } })).text(),
    );
    // The one of the admin above.
    expect((JSON.parse(list) as { ingestions: unknown[] }).ingestions).toHaveLength(1);
  });
});
