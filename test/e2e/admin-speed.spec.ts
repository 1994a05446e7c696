import { AdminBrowser, type Visit } from '../support/admin-browser.js';
import { attributes, event } from '../support/messages.js';

const PATIENCE_MS = 90_000;
/** The most that the scripts a page names may take on the wire (bytes), and how many they may be: over HTTP/1.1 a browser loads six files at once, so a seventh waits for the first of them. */
const SCRIPT_BYTES = 146_500;
const SCRIPTS = 7;

/** The layout shift of the page, and the size on the wire (bytes) and number of the scripts that the page names. Code of other pages comes later. */
interface Figures {
  readonly shift: number;
  readonly bytes: number;
  readonly scripts: number;
}

const OBSERVE = `
  globalThis.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
`;
const FIGURES = `(async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const named = [...document.querySelectorAll('link[rel=modulepreload], script[src]')].map(({ href, src }) => href ?? src);
  const scripts = performance.getEntriesByType('resource').filter(({ name }) => named.includes(name));
  return { shift, bytes: scripts.reduce((sum, { transferSize }) => sum + transferSize, 0), scripts: scripts.length };
})()`;

const PAGES = [
  ['/customers', 'customers', ['/customers?page=1&per_page=25', '/segments', '/session']],
  ['/customers/7', 'attributes', ['/customers/7', '/session', '/customers/7/timeline?limit=50']],
  ['/customers/a%40b.example/edit', 'summary', ['/customers/a%40b.example', '/session']],
  ['/overview', 'totals', ['/overview', '/session']],
  ['/ingest', 'ingestions', ['/ingestions', '/imports', '/session']],
] as const;

// Checks what the time of a first load is made of: bytes, files and round trips. `node test/bench/paint/bench.mjs` measures the time itself,
// on a slow network and a slow phone.
describe('the first load of the admin', () => {
  let admin: AdminBrowser;
  let visit: Visit;

  beforeAll(async () => {
    const people = Array.from({ length: 60 }, (_, i) =>
      attributes({ email: `c${i}@example.com`, created_at: '1500000000', plan: 'free' }, { user_id: String(i) }),
    );
    admin = await AdminBrowser.start([...people, attributes({}, { user_id: 'a@b.example' }), event({ user_id: '7' })]);
  }, PATIENCE_MS);
  afterAll(() => admin.stop());
  // A new context has nothing in its cache.
  beforeEach(async () => {
    visit = await admin.visit({ viewport: { width: 390, height: 800 } });
  });
  afterEach(() => visit.end());

  it.each(PAGES)(
    '%s: nothing moves, there is little script, and there are two round trips: the page, then all that it names and shows',
    async (path, shown, first) => {
      await visit.page.addInitScript(OBSERVE);
      const asked: string[] = [];
      let named = '';
      visit.page.on('request', (request) => {
        if (request.resourceType() === 'fetch') asked.push(request.url().replace(/^.*?\/\/[^/]*/, ''));
      });
      await visit.page.route('**/*', async (route) => {
        if (route.request().resourceType() === 'document') {
          const answer = await route.fetch();
          named = await answer.text();
          await route.fulfill({ response: answer, body: named });
        } else if (route.request().resourceType() === 'script' && !named.includes(nameOf(route.request().url()))) {
          await route.abort();
        } else {
          await route.continue();
        }
      });
      await visit.open(path);
      await visit.page.getByTestId(shown).first().waitFor();
      const { shift, bytes, scripts } = await visit.page.evaluate<Figures>(FIGURES);
      expect(shift).toBe(0);
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(SCRIPT_BYTES);
      expect(scripts).toBeLessThanOrEqual(SCRIPTS);
      // The page itself asks, before any of its scripts has come, and only once.
      expect(asked.slice(0, first.length)).toEqual(first);
      expect(asked.filter((url) => (first as readonly string[]).includes(url))).toEqual(first);
    },
    PATIENCE_MS,
  );

  describe('with segments', () => {
    let id = 0;
    beforeAll(async () => (id = await admin.saveSegment('Free', ['attribute:plan:is:free'])));

    it.each([1280, 390])(
      'lists in a window of %d px: nothing moves when the segments arrive late',
      async (width) => {
        await visit.page.setViewportSize({ width, height: 800 });
        await visit.page.addInitScript(OBSERVE);
        const gate = { open: (): void => undefined };
        await visit.page.route('**/segments', async (route) => {
          await new Promise<void>((open) => (gate.open = open));
          await route.continue();
        });
        for (const query of ['', '?search=c', `?filter=attribute:plan:is:free&segment=${id}`]) {
          await visit.open(`/customers${query}`);
          await visit.page.getByTestId('customers').waitFor();
          await visit.page.evaluate<Figures>(FIGURES);
          gate.open();
          await visit.page.getByTestId('segment').getByText('60').waitFor();
          expect([query, (await visit.page.evaluate<Figures>(FIGURES)).shift]).toEqual([query, 0]);
        }
      },
      PATIENCE_MS,
    );
  });

  it(
    'a customer that does not exist: one request says so, and the console names no other',
    async () => {
      const said: string[] = [];
      visit.page.on('console', (message) => said.push(message.text()));
      await visit.open('/customers/nobody');
      await visit.page.getByText('There is no customer with the id').waitFor();
      await visit.page.waitForLoadState('networkidle');
      expect(said).toEqual([expect.stringContaining('404')]);
    },
    PATIENCE_MS,
  );

  it(
    'shows an outline of the page while its scripts are on the way',
    async () => {
      await visit.page.route('**/*.js', (route) => route.abort());
      await visit.page.goto(`${visit.url}/customers`);
      await visit.page.locator('.outline').getByText('Roster').waitFor();
    },
    PATIENCE_MS,
  );
});

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
