const Sequencer = require('@jest/test-sequencer').default;

/** The projects, those with the longest specs first, so that the workers end at the same time. */
const PROJECTS = ['e2e', 'integration', 'client', 'unit'];

/** Orders specs by project, then as jest does: by the duration of the last run, else by the size of the file. */
module.exports = class extends Sequencer {
  sort(tests) {
    const order = ({ context }) => PROJECTS.indexOf(context.config.displayName.name);
    return super.sort(tests).sort((a, b) => order(a) - order(b));
  }
};
