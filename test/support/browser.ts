import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

declare global {
  var browserOfWorker: Browser | undefined;
}

/** Finds a browser for the specs. A separate process does: the package that brings one is an ES module, which jest does not import. */
export async function findBrowser(): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, 'chromium.mjs')]);
  process.env.TEST_BROWSER = stdout;
}

/**
 * Opens the browser that the specs of this process share, one after another: all pages of a browser share one clipboard. It ends with the
 * process. A process of its own for all browsers would have to pass on every call.
 */
export async function openBrowser(): Promise<Browser> {
  if (!globalThis.browserOfWorker?.isConnected()) {
    // Safe: the program prints launch options.
    globalThis.browserOfWorker = await chromium.launch(JSON.parse(process.env.TEST_BROWSER ?? '{}') as LaunchOptions);
  }
  return globalThis.browserOfWorker;
}

/** Closes what a spec has left open. */
export async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}
