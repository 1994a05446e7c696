const { existsSync, statfsSync } = require('node:fs');
const { createCjsPreset } = require('jest-preset-angular/presets');

/** A file system in memory, in which no test waits for a disk, and the room that the tests need there, in bytes. */
const MEMORY = '/dev/shm';
const ROOM = 4 * 1024 ** 3;

function hasRoom(folder) {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > ROOM;
}

if (!process.env.TMPDIR && hasRoom(MEMORY)) process.env.TMPDIR = MEMORY;

/** The options of tsconfig.json that matter at run time; Nest reads the metadata of decorators. */
const swc = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2023',
  },
  module: { type: 'commonjs' },
};

/**
 * Server code is ESM with `.js` suffixes. Its specs load it as CommonJS, transpiled only: `npm run typecheck` checks types. A runner of the
 * project loads modules once a process: see docs/decisions/0015-tests-share-modules.md.
 */
const server = {
  rootDir: __dirname,
  runner: '<rootDir>/test/support/runner/runner.cjs',
  setupFiles: ['<rootDir>/test/support/fast-check.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
};

module.exports = {
  testTimeout: 120_000,
  testSequencer: '<rootDir>/test/support/sequencer.cjs',
  // On two cores jest would take one. Specs wait a sixth of their time, so a third worker uses what two leave idle.
  maxWorkers: 3,
  // A worker keeps some memory of every spec, and collects garbage ever longer.
  workerIdleMemoryLimit: '512MB',
  projects: [
    {
      ...server,
      displayName: 'unit',
      testMatch: ['<rootDir>/server/**/*.spec.ts'],
    },
    {
      ...server,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/integration/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/postgres-setup.ts',
      globalTeardown: '<rootDir>/test/support/postgres-teardown.ts',
    },
    {
      ...server,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
      globalSetup: '<rootDir>/test/support/e2e-setup.ts',
      globalTeardown: '<rootDir>/test/support/postgres-teardown.ts',
    },
    {
      ...createCjsPreset({ tsconfig: '<rootDir>/client/tsconfig.spec.json' }),
      displayName: 'client',
      rootDir: __dirname,
      testEnvironment: '<rootDir>/test/support/runner/client-environment.cjs',
      runtime: '<rootDir>/test/support/runner/client-runtime.cjs',
      testMatch: ['<rootDir>/client/**/*.spec.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/client-setup.ts'],
    },
  ],
};
