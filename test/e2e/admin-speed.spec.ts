import { AdminBrowser } from '../support/admin-browser.js';
import { attributes, event } from '../support/messages.js';

const PATIENCE_MS = 90_000;
const SCRIPT_BYTES = 200_000;

/** What came over the wire of the scripts that the page names, in bytes, and how much of the page moved until it was there. The other pages' code comes later. */
interface Figures {
  readonly shift: number;
  readonly script: number;
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
  return { shift, script: scripts.reduce((sum, { transferSize }) => sum + transferSize, 0) };
})()`;

// How long it takes on a slow network and a slow phone says `node test/bench/paint/bench.mjs`: time is no matter for a test.
describe('the first load of the admin', () => {
  let admin: AdminBrowser;

  beforeAll(async () => {
    const people = Array.from({ length: 60 }, (_, i) =>
      attributes({ email: `c${i}@example.com`, created_at: '1500000000', plan: 'free' }, { user_id: String(i) }),
    );
    admin = await AdminBrowser.start([...people, event({ user_id: '7' })]);
  }, PATIENCE_MS);
  afterAll(() => admin.stop());

  it.each([
    ['/customers', 'customers'],
    ['/customers/7', 'attributes'],
    ['/overview', 'totals'],
    ['/ingest', 'ingestions'],
  ])(
    '%s: nothing moves, and there is little script',
    async (path, shown) => {
      // Nothing is cached: somebody who was never here.
      const visit = await admin.visit({ viewport: { width: 390, height: 800 } });
      await visit.page.addInitScript(OBSERVE);
      await visit.open(path);
      await visit.page.getByTestId(shown).first().waitFor();
      const { shift, script } = await visit.page.evaluate<Figures>(FIGURES);
      await visit.end();
      expect(shift).toBeLessThan(0.01);
      expect(script).toBeLessThan(SCRIPT_BYTES);
    },
    PATIENCE_MS,
  );
});
