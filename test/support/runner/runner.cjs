const { join } = require('node:path');
const { Worker } = require('jest-worker');

/** Runs specs in processes that load server and packages once, with the loader of Node. The runner of jest loads them for each spec anew. */
module.exports = class {
  constructor(globalConfig) {
    this.globalConfig = globalConfig;
  }

  async runTests(tests, watcher, onStart, onResult, onFailure) {
    const { globalConfig } = this;
    const numWorkers = Math.min(globalConfig.maxWorkers, tests.length);
    const worker = new Worker(join(__dirname, 'worker.cjs'), {
      exposedMethods: ['run'],
      numWorkers,
      forkOptions: { stdio: 'pipe' },
      idleMemoryLimit: globalConfig.workerIdleMemoryLimit || undefined,
    });
    worker.getStdout()?.pipe(process.stdout, { end: false });
    worker.getStderr()?.pipe(process.stderr, { end: false });
    const waiting = [...tests];
    const runWaiting = async () => {
      while (waiting.length > 0 && !watcher.isInterrupted()) {
        const test = waiting.shift();
        await onStart(test);
        try {
          await onResult(test, await worker.run(test.path, test.context.config, globalConfig));
        } catch (error) {
          await onFailure(test, error);
        }
      }
    };
    await Promise.all(Array.from({ length: numWorkers }, runWaiting));
    await worker.end();
  }
};
