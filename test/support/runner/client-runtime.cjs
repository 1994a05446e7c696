const Runtime = require('jest-runtime').default;

const PACKAGES = /[\\/]node_modules[\\/]/;
const kept = new Map();

/** Loads packages, of which Angular is large, once a process. The modules of the project are loaded for each spec. */
module.exports = class extends Runtime {
  constructor(...args) {
    super(...args);
    for (const [path, loaded] of kept) this.registries.moduleRegistry.set(path, loaded);
  }

  teardown() {
    for (const [path, loaded] of this.registries.moduleRegistry) if (PACKAGES.test(path)) kept.set(path, loaded);
    super.teardown();
  }
};
