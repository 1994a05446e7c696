const { default: Environment } = require('jest-preset-angular/environments/jest-jsdom-env');
const { reportCpu } = require('./cpu.cjs');

/** Globals of the packages that {@link file://./client-runtime.cjs} keeps. */
const OF_PACKAGES = /^(ng|\$localize$|getA|frameworkStabilizers$)/;

let shared;

/** One window for all specs of a process, because the packages that are kept hold it. A spec finds it as the first one did. */
class SharedEnvironment extends Environment {
  constructor(config, context) {
    // The console is another one for each spec.
    super(config, { ...context, console: new Proxy({}, { get: (_, method) => this.global.console[method] }) });
    this.timers = 0;
    this.initial = new Map(Reflect.ownKeys(this.global).map((name) => [name, this.global[name]]));
  }

  async teardown() {
    const { global, initial } = this;
    const { document } = global;
    this.fakeTimersModern.useRealTimers();
    const last = global.setTimeout(() => undefined);
    for (; this.timers <= last; this.timers++) global.clearTimeout(this.timers);
    for (const element of [document.documentElement, document.body])
      for (const { name } of [...element.attributes]) element.removeAttribute(name);
    document.head.replaceChildren();
    document.body.replaceChildren();
    global.localStorage.clear();
    global.sessionStorage.clear();
    global.history.replaceState(null, '', '/');
    for (const name of Reflect.ownKeys(global)) {
      if (!initial.has(name) && !OF_PACKAGES.test(String(name))) Reflect.deleteProperty(global, name);
    }
    reportCpu(this.spec);
  }
}

module.exports = class {
  constructor(config, context) {
    shared ??= new SharedEnvironment(config, context);
    shared.spec = context.testPath;
    return shared;
  }
};
