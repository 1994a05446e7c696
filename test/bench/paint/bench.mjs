// node test/bench/paint/bench.mjs [--rounds N]: measures when each page has its largest paint and when it can be used, on a slow network and a slow phone. See docs/performance.md.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { build } from '../../../server/build/build.mjs';
import { launchOptions } from '../../support/chromium.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const WANTED_MS = 1500;
/** The phone profile of Lighthouse: 150 ms round trip, 1.6 Mbit/s down, 750 kbit/s up, a processor four times slower. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const CPU_SLOWDOWN = 4;
const PAGES = [
  ['/customers', 'a.open'],
  ['/customers/11', '[data-testid=attributes]'],
  ['/overview', '[data-testid=totals]'],
  ['/ingest', '[data-testid=ingestions]'],
];

const root = fileURLToPath(new URL('../../..', import.meta.url));
await build('server', 'client');
const folder = mkdtempSync(join(tmpdir(), 'roster-'));
const env = {
  ...process.env,
  PORT: '0',
  LOG_LEVEL: 'error',
  DATA_DIR: join(root, 'data'),
  DATABASE_URL: `file:${folder}/roster.db`,
};
const server = spawn(process.execPath, [join(root, 'dist/server/main.js')], {
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const url = await new Promise((found) => {
    server.stdout.on('data', (chunk) => {
      const match = /Roster is at (\S+)/.exec(chunk);
      if (match) found(match[1]);
    });
  });
  while (!(await fetch(`${url}/health/ready`)).ok) await new Promise((wait) => setTimeout(wait, 50));
  const browser = await chromium.launch(await launchOptions());
  for (const [path, shown] of PAGES) {
    const rounds = [];
    for (let round = 0; round < Number(values.rounds); round++) rounds.push(await timesOf(browser, url + path, shown));
    const [paints, pages] = ['paint', 'page'].map((time) => rounds.map((times) => times[time]).sort((a, b) => a - b));
    const worst = paints.at(-1);
    console.log(
      `${path}: largest paint ${told(paints)}${worst < WANTED_MS ? '' : `, over ${WANTED_MS}`}; the page itself ${told(pages)}`,
    );
    if (worst >= WANTED_MS) process.exitCode = 1;
  }
  await browser.close();
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

function told(sorted) {
  return `${sorted[0]} to ${sorted.at(-1)} ms, median ${sorted[sorted.length >> 1]}`;
}

/** Loads a page with an empty cache. @returns ms from the navigation to the largest paint, and until the page can be used */
async function timesOf(browser, url, shown) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', NETWORK);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  await page.addInitScript((sought) => {
    const look = () => {
      if (document.querySelector(sought)) globalThis.pageAt = performance.now();
      else requestAnimationFrame(look);
    };
    look();
    new globalThis.PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.largestPaint = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
  }, shown);
  await page.goto(url);
  await page.locator(shown).first().waitFor();
  const times = await page.evaluate(
    () =>
      new Promise((done) =>
        requestAnimationFrame(() =>
          setTimeout(() => done({ paint: globalThis.largestPaint, page: globalThis.pageAt }), 100),
        ),
      ),
  );
  await context.close();
  return { paint: Math.round(times.paint), page: Math.round(times.page) };
}
