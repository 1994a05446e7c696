import build from './build.cjs';
import startPostgres from './postgres-setup';

/** What the end-to-end tests run, up to date, and the database that some of them use. */
export default async (): Promise<void> => {
  await build();
  await startPostgres();
};
