import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Browser, type BrowserServer, type LaunchOptions } from 'playwright-core';

/**
 * Launches a real browser for each worker of jest, as all pages of a browser share one clipboard. A separate process finds the browser:
 * the package that brings one is an ES module, which jest does not import.
 */
export async function launchBrowsers(workers: number): Promise<readonly BrowserServer[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, 'chromium.mjs')]);
  // Safe: the program prints launch options.
  const options = JSON.parse(stdout) as LaunchOptions;
  const servers = await Promise.all(Array.from({ length: workers }, () => chromium.launchServer(options)));
  process.env.TEST_BROWSERS = servers.map((server) => server.wsEndpoint()).join(' ');
  return servers;
}

/** Connects to the browser of this worker. Closing the connection closes its pages only. */
export function connectBrowser(): Promise<Browser> {
  const endpoints = (process.env.TEST_BROWSERS ?? '').split(' ');
  return chromium.connect(endpoints[Number(process.env.JEST_WORKER_ID) - 1]);
}
