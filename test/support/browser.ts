import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

/** A real browser. A process of its own finds it: the package that brings one is a module, which jest does not import. */
export async function launchBrowser(): Promise<Browser> {
  const options = execFileSync(process.execPath, [join(__dirname, 'chromium.mjs')], { encoding: 'utf8' });
  return chromium.launch(JSON.parse(options) as LaunchOptions);
}
