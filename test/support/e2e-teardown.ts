import './e2e-setup';
import stopPostgres from './postgres-teardown';

/** Stops what the setup has started. */
export default async (): Promise<void> => {
  await Promise.all((globalThis.browsersOfTests ?? []).map((server) => server.close()));
  globalThis.browsersOfTests = undefined;
  await stopPostgres();
};
