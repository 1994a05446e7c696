import type { BrowserServer } from 'playwright-core';
import { launchBrowsers } from './browser';
import build from './build.cjs';
import startPostgres from './postgres-setup';

declare global {
  var browsersOfTests: readonly BrowserServer[] | undefined;
}

/** Builds the server and the admin, and starts the database and the browsers of the end-to-end tests. */
export default async ({ maxWorkers }: { readonly maxWorkers: number }): Promise<void> => {
  await build();
  [globalThis.browsersOfTests] = await Promise.all([launchBrowsers(maxWorkers), startPostgres()]);
};
