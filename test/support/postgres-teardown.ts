import './postgres-setup';

/** Stops the server that the setup has started. */
export default async (): Promise<void> => {
  await globalThis.postgresOfTests?.stop();
  globalThis.postgresOfTests = undefined;
};
