import { describeLog } from '../contracts/log.contract.js';
import { ENGINES_AND_TWO_WAYS } from '../support/engine.js';

/** Engines that keep no log yet. */
const WITHOUT_LOG = ['postgres'];

for (const [name, open] of ENGINES_AND_TWO_WAYS) {
  if (!WITHOUT_LOG.some((engine) => name.startsWith(engine))) describeLog(name, open);
}
