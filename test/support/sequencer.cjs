const Sequencer = require('@jest/test-sequencer').default;

/** Projects whose specs take longest come first, so that the workers end together. */
const PROJECTS = ['e2e', 'integration', 'client', 'unit'];

/** Orders specs by project, then as jest does: by the time that they took before, else by the size of their files. */
module.exports = class extends Sequencer {
  sort(tests) {
    const order = ({ context }) => PROJECTS.indexOf(context.config.displayName.name);
    return super.sort(tests).sort((a, b) => order(a) - order(b));
  }
};
