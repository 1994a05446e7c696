// Takes the pictures of the README: every page, light and dark, of the committed data on the built application.
// Usage: npm run screenshots [-- FOLDER [WIDTH]]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build } from '../server/build/build.mjs';
import { launchOptions } from './support/chromium.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [folder = join(root, 'docs/screenshots'), width = '1440'] = process.argv.slice(2);
/** Each page, and what to do on it before its picture is taken. */
const PAGES = [
  ['list', '/customers'],
  ['find', '/customers?search=a&filter=attribute:email:exists&sort=last_updated&order=desc', pickTwo],
  ['customer', '/customers/11'],
  ['edit', '/customers/11/edit'],
  ['create', '/new-customer'],
  ['overview', '/overview'],
  ['ingest', '/ingest'],
];

async function pickTwo(page) {
  for (const index of [0, 1]) await page.locator('tbody input[type=checkbox]').nth(index).check();
}

await build('server', 'client');
mkdirSync(resolve(folder), { recursive: true });
const temporary = mkdtempSync(join(tmpdir(), 'roster-'));
const server = spawn(process.execPath, [join(root, 'dist/server/main.js')], {
  env: {
    ...process.env,
    PORT: '0',
    LOG_LEVEL: 'error',
    DATA_DIR: temporary,
    DATABASE_URL: `file:${temporary}/roster.db`,
  },
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
  await fetch(`${url}/ingestions?name=messages.1.data`, {
    method: 'POST',
    body: readFileSync(join(root, 'data/messages.1.data')),
  });
  while ((await (await fetch(`${url}/customers`)).json()).meta.total === 0)
    await new Promise((wait) => setTimeout(wait, 50));
  const browser = await chromium.launch(await launchOptions());
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({
      colorScheme,
      locale: 'en-GB',
      timezoneId: 'UTC',
      viewport: { width: Number(width), height: 900 },
    });
    for (const [name, path, prepare] of PAGES) {
      await page.goto(url + path, { waitUntil: 'networkidle' });
      await prepare?.(page);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    }
  }
  await browser.close();
} finally {
  if (server.exitCode === null) {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  }
  rmSync(temporary, { recursive: true, force: true });
}
