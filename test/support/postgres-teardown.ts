import './postgres-setup';
import { dropSchemasOfRun } from './postgres-schema';

/** Stops the server that the setup has started, or leaves nothing in the one that was there. */
export default async (): Promise<void> => {
  if (globalThis.postgresOfTests) {
    await globalThis.postgresOfTests.stop();
    globalThis.postgresOfTests = undefined;
    // The next project has nothing to do.
    delete process.env.TEST_DATABASE_URL;
  } else if (process.env.TEST_DATABASE_URL) await dropSchemasOfRun();
};
