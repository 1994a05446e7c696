import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { attributes } from '../support/messages.js';
import { until } from '../support/until.js';

const PATIENCE_MS = 90_000;
const PEOPLE = 40;

/** Saves to the private files of the page, once the user has clicked. */
const PICKS = `
  globalThis.showSaveFilePicker = async ({ suggestedName }) => {
    if (!navigator.userActivation.isActive) throw new DOMException('', 'SecurityError');
    return (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
  };`;
const CANCELS_FIRST = `${PICKS}
  const pick = showSaveFilePicker;
  globalThis.showSaveFilePicker = async () => {
    globalThis.showSaveFilePicker = pick;
    throw new DOMException('', 'AbortError');
  };`;
const IS_FULL = `${PICKS}
  FileSystemWritableFileStream.prototype.write = async () => { throw new DOMException('', 'QuotaExceededError'); };`;
const FILES = `(async () => {
  const files = {};
  for await (const [name, file] of await navigator.storage.getDirectory()) files[name] = await (await file.getFile()).text();
  return files;
})()`;

const BEGINNING = 'id,last_updated,email\r\n1,1500000000,a@example.com\r\n2,15';

describe('an export', () => {
  let admin: AdminBrowser;
  let visit: Visit;
  let page: Page;
  let server: Server | null = null;

  beforeAll(async () => {
    const people = Array.from({ length: PEOPLE }, (_, i) =>
      attributes({ email: `c${String(i)}@example.com`, created_at: '1500000000' }, { user_id: String(i) }),
    );
    admin = await AdminBrowser.inProcess(people);
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  beforeEach(async () => {
    visit = await admin.visit();
    page = visit.page;
  });
  afterEach(async () => {
    await visit.end();
    server?.closeAllConnections();
    server?.close();
    server = null;
  });

  const begin = async (): Promise<void> => {
    await visit.open('/customers');
    await page.getByTestId('export').click();
    await page.getByTestId('export-start').click();
  };
  const files = (): Promise<Record<string, string>> => page.evaluate(FILES);

  /** Routes exports to a server that sends the beginning of one, and then calls `then`. */
  async function breakOff(then: (response: ServerResponse) => void): Promise<IncomingMessage[]> {
    const requests: IncomingMessage[] = [];
    server = createServer((request, response) => {
      requests.push(request);
      response.writeHead(200, { 'content-type': 'text/csv' });
      response.write(BEGINNING, () => then(response));
    });
    await once(server.listen(0), 'listening');
    const { port } = server.address() as AddressInfo;
    await page.route('**/exports/**', (route) =>
      route.continue({ url: `http://localhost:${String(port)}/exports/customers.csv` }),
    );
    return requests;
  }

  it(
    'goes to the place that was chosen, with what it is of the whole, and is no download',
    async () => {
      await page.addInitScript(PICKS);
      let downloads = 0;
      page.on('download', () => downloads++);
      await begin();
      await page
        .getByTestId('export-progress')
        .getByText(`Saved: ${String(PEOPLE)} of ${String(PEOPLE)}`)
        .waitFor();
      expect(await visit.violations()).toEqual([]);
      const [[name, text], ...others] = Object.entries(await files());
      expect(name).toMatch(/^customers-\d{4}-\d\d-\d\d\.csv$/);
      const [header, ...rows] = text.trim().split('\r\n');
      expect(header).toBe('id,email,created_at,last_updated');
      expect(rows).toHaveLength(PEOPLE);
      expect(others).toEqual([]);
      expect(downloads).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'is not begun when one thinks better of the place, and can be begun again',
    async () => {
      await page.addInitScript(CANCELS_FIRST);
      await begin();
      await page.getByTestId('export-start').waitFor();
      await expect(page.getByRole('alert').count()).resolves.toBe(0);
      await page.getByTestId('export-start').click();
      await page.getByTestId('export-progress').getByText('Saved').waitFor();
      expect(Object.keys(await files())).toEqual([expect.stringMatching(/^customers-.*\.csv$/)]);
    },
    PATIENCE_MS,
  );

  it(
    'leaves nothing when it is stopped',
    async () => {
      await page.addInitScript(PICKS);
      const requests = await breakOff(() => undefined);
      await begin();
      await page
        .getByTestId('export-progress')
        .getByText(`1 of ${String(PEOPLE)}`)
        .waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await until(() => Promise.resolve(requests[0].destroyed));
      await until(async () => Object.keys(await files()).length === 0);
    },
    PATIENCE_MS,
  );

  it.each<[string, string, (response: ServerResponse) => void]>([
    ['the connection breaks', 'The server cannot be reached.', (response) => response.destroy()],
    ['it ends in the middle of a line', 'The server broke off in the middle.', (response) => response.end()],
  ])(
    'says that %s, and leaves nothing',
    async (_what, said, then) => {
      await page.addInitScript(PICKS);
      await breakOff(then);
      await begin();
      await page.getByRole('dialog').getByRole('alert').getByText(said).waitFor();
      await until(async () => Object.keys(await files()).length === 0);
    },
    PATIENCE_MS,
  );

  it(
    'says that the disk is full, and leaves nothing',
    async () => {
      await page.addInitScript(IS_FULL);
      await begin();
      await page.getByRole('dialog').getByRole('alert').getByText('The file could not be written.').waitFor();
      await until(async () => Object.keys(await files()).length === 0);
      expect(await visit.violations()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'is no download either when it breaks off where the browser cannot write to the disk',
    async () => {
      let downloads = 0;
      page.on('download', () => downloads++);
      await breakOff((response) => response.end());
      await begin();
      await page.getByRole('dialog').getByText('No file was saved.').waitFor();
      await page.unroute('**/exports/**');
      await page.getByTestId('export-close').click();
      await page.getByTestId('export').click();
      const downloading = page.waitForEvent('download');
      await page.getByTestId('export-start').click();
      await downloading;
      expect(downloads).toBe(1);
    },
    PATIENCE_MS,
  );
});
