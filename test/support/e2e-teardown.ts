import './e2e-setup';
import stopPostgres from './postgres-teardown';

/** Stops the browsers and the database. */
export default async (): Promise<void> => {
  await Promise.all((globalThis.browsersOfTests ?? []).map((server) => server.close()));
  globalThis.browsersOfTests = undefined;
  await stopPostgres();
};
