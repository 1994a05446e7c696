import { findBrowser } from './browser';
import build from './build.cjs';
import startPostgres from './postgres-setup';

/** Builds the server and the admin, starts the database of the end-to-end tests and finds a browser for them. */
export default async (): Promise<void> => {
  await build();
  await Promise.all([findBrowser(), startPostgres()]);
};
