// A process that runs one spec after another. Modules of the server and of packages stay loaded; those of test/ are loaded for each spec.
const Module = require('node:module');
const { join, sep } = require('node:path');
const { setImmediate: nextTurn } = require('node:timers/promises');
const { jestExpect } = require('@jest/expect');
const { createEmptyTestResult } = require('@jest/test-result');
const { createScriptTransformer } = require('@jest/transform');
const circus = require('jest-circus');
const { formatResultsErrors } = require('jest-message-util');
const { ModuleMocker } = require('jest-mock');

const { reportCpu } = require('./cpu.cjs');

const TESTS = join(__dirname, '../..') + sep;

const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
const mocker = new ModuleMocker(globalThis);
const jest = {
  fn: mocker.fn.bind(mocker),
  spyOn: mocker.spyOn.bind(mocker),
  restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
  setTimeout: (ms) => (circus.getState().testTimeout = ms),
};
Object.assign(globalThis, { expect: jestExpect, jest, describe, it, test });
Object.assign(globalThis, { beforeAll, beforeEach, afterAll, afterEach });

process.setSourceMapsEnabled(true);

// Code names a module as it is called once compiled.
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const isSource = /^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith('.ts');
  return resolve.call(this, isSource ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
};

// A spec fails by an error that nothing catches.
const rejections = new Map();
process.on('unhandledRejection', (error, promise) => rejections.set(promise, error));
process.on('rejectionHandled', (promise) => rejections.delete(promise));
process.on('uncaughtException', (error) => circus.getState().unhandledErrors.push(error));

/** @returns the result of a spec, in the form of jest */
async function run(path, config, globalConfig) {
  const transformer = await createScriptTransformer(config);
  const environment = { ...process.env };
  const start = Date.now();
  circus.resetState();
  const state = circus.getState();
  state.testTimeout = globalConfig.testTimeout;
  state.testNamePattern = globalConfig.testNamePattern ? new RegExp(globalConfig.testNamePattern, 'i') : null;
  jestExpect.setState({ testPath: path, expand: globalConfig.expand });
  try {
    for (const file of config.setupFiles) await transformer.requireAndTranspileModule(file);
    let result;
    await transformer.requireAndTranspileModule(path, async () => (result = await circus.run()));
    // Rejections are known a turn later.
    await nextTurn();
    return resultOf(path, result, start, config, globalConfig);
  } finally {
    mocker.restoreAllMocks();
    rejections.clear();
    forgetTests(path);
    reportCpu(path);
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
    process.exitCode = undefined;
  }
}

/** Lets the modules of a spec go, which are also the children of the modules that imported them. */
function forgetTests(spec) {
  const isTest = (file) => file === spec || (file.startsWith(TESTS) && file !== module.filename);
  for (const file of Object.keys(require.cache).filter(isTest)) delete require.cache[file];
  for (const kept of Object.values(require.cache)) kept.children = kept.children.filter(({ id }) => !isTest(id));
}

const STATUS = { skip: 'pending', todo: 'todo', done: 'passed' };

function resultOf(path, { testResults, unhandledErrors }, start, config, globalConfig) {
  const tests = testResults.map(({ testPath, status, errors, errorsDetailed, ...rest }) => {
    const names = testPath.slice(1);
    return {
      ...rest,
      ancestorTitles: names.slice(0, -1),
      title: names.at(-1),
      fullName: names.join(' '),
      status: errors.length > 0 ? 'failed' : STATUS[status],
      failureMessages: errors,
      failureDetails: errorsDetailed,
    };
  });
  const count = (status) => tests.filter((one) => one.status === status).length;
  const end = Date.now();
  const uncaught = [...unhandledErrors, ...[...rejections.values()].map((error) => error?.stack ?? String(error))];
  return {
    ...createEmptyTestResult(),
    testFilePath: path,
    testResults: tests,
    numPassingTests: count('passed'),
    numFailingTests: count('failed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    perfStats: { start, end, runtime: end - start, slow: (end - start) / 1000 > config.slowTestThreshold },
    failureMessage:
      [formatResultsErrors(tests, config, globalConfig, path), ...uncaught].filter(Boolean).join('\n') || null,
    testExecError: uncaught.length > 0 ? { message: uncaught.join('\n'), stack: uncaught.join('\n') } : undefined,
  };
}

module.exports = { run };
