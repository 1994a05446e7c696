// Takes the pictures of the README: every page and dialog, light and dark, of the demo data on the built application.
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
import { serveFonts, useFonts } from './support/picture-fonts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [folder = join(root, 'docs/screenshots'), width = '1440'] = process.argv.slice(2);
const PHONE = 390;
/** Each page, and what to do on it before its picture is taken. */
const PAGES = [
  ['list', '/customers'],
  ['find', '/customers?segment=1&filter=attribute:plan:is:pro&filter=event:purchase:at_least:3', pick(2)],
  ['filter', '/customers?filter=event:purchase:at_least:3', click('filter-chip', 'button.text')],
  ['columns', '/customers', click('columns')],
  ['export', '/customers', click('export')],
  ['bulk-edit', '/customers?filter=attribute:city:is:Hambrug', pick(1), click('bulk-set')],
  ['nobody', '/customers?search=Wava+Romaguera'],
  ['palette', '/customers', (page) => page.keyboard.press('Control+k')],
  ['shortcuts', '/customers', (page) => page.keyboard.press('?')],
  ['customer', '/customers/44'],
  ['deleted', '/customers/132'],
  ['edit', '/customers/44/edit'],
  ['create', '/new-customer'],
  ['overview', '/overview'],
  ['ingest', '/ingest'],
  ['import', '/imports/1'],
  ['live', '/live'],
  ['sources', '/sources'],
  ['trash', '/trash'],
];
const ON_A_PHONE = ['list', 'customer', 'edit', 'overview'];

/** Selects the first customers of the list. */
function pick(count) {
  return async (page) => {
    for (let index = 0; index < count; index++) await page.locator('tbody input[type=checkbox]').nth(index).check();
  };
}

function click(testId, within = '') {
  return (page) => page.locator(`[data-testid=${testId}] ${within}`).first().click();
}

/** What an operator of the shop has done: segments, a label, a note, a deleted customer, and a sheet to import. */
async function work(url) {
  const send = async (method, path, body) => {
    const headers = typeof body === 'object' ? { 'content-type': 'application/json' } : {};
    const answer = await fetch(url + path, {
      method,
      headers,
      body: typeof body === 'object' ? JSON.stringify(body) : body,
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  };
  for (const [name, ...filters] of [
    ['Regulars', 'event:purchase:at_least:3'],
    ['Berlin', 'attribute:city:is:Berlin'],
    ['Refunds', 'event:refund:at_least:1'],
    ['Came by podcast', 'attribute:utm_source:is:podcast'],
  ])
    await send('POST', '/segments', { segment: { name, filters } });
  await send('PUT', '/customers/44/labels/vip');
  await send('POST', '/customers/44/notes', {
    note: { text: 'Orders for the whole office. Send the invoice to accounting.' },
  });
  await send('PATCH', '/customers/44', { customer: { attributes: { company: 'Portland Paper' } } });
  await send('DELETE', '/customers/132');
  await send(
    'POST',
    '/imports?name=fair-leads.csv',
    'id,email,city\n401,anna@example.org,Wien\n402,ben@example.org,Graz\n',
  );
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
  const isReady = async () => (await fetch(`${url}/health/ready`)).ok;
  while (!(await isReady())) await new Promise((wait) => setTimeout(wait, 50));
  await fetch(`${url}/ingestions?name=messages.1.data`, {
    method: 'POST',
    body: readFileSync(join(root, 'data/messages.1.data')),
  });
  const isIngested = async () => (await (await fetch(`${url}/customers/320`)).json()).customer !== undefined;
  while (!(await isIngested())) await new Promise((wait) => setTimeout(wait, 50));
  await work(url);
  const browser = await chromium.launch(await launchOptions());
  for (const colorScheme of ['light', 'dark']) {
    for (const [size, names] of [
      [Number(width), undefined],
      [PHONE, ON_A_PHONE],
    ]) {
      const context = await browser.newContext({
        bypassCSP: true,
        colorScheme,
        locale: 'en-GB',
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
        viewport: { width: size, height: 900 },
      });
      await serveFonts(context);
      const page = await context.newPage();
      for (const [name, path, ...steps] of PAGES) {
        if (names && !names.includes(name)) continue;
        await page.goto(url + path, { waitUntil: 'load' });
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
        await useFonts(page);
        for (const step of steps) await step(page);
        await page.waitForLoadState('networkidle');
        await page.evaluate('document.fonts.ready.then(() => undefined)');
        const dialog = page.getByRole('dialog');
        const shown = (await dialog.count()) > 0 ? dialog : page;
        await shown.screenshot({ path: join(folder, `${names ? 'phone-' : ''}${name}-${colorScheme}.png`) });
      }
      await context.close();
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
