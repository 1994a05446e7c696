import type { BrowserServer } from 'playwright-core';
import { launchBrowsers } from './browser';
import build from './build.cjs';
import startPostgres from './postgres-setup';

declare global {
  var browsersOfTests: readonly BrowserServer[] | undefined;
}

/** Builds what the end-to-end tests run, and starts their database and browsers. */
export default async ({ maxWorkers }: { readonly maxWorkers: number }): Promise<void> => {
  await build();
  [globalThis.browsersOfTests] = await Promise.all([launchBrowsers(maxWorkers), startPostgres()]);
};
