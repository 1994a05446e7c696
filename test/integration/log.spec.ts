import { describeLog } from '../contracts/log.contract.js';
import { ENGINES_AND_TWO_WAYS } from '../support/engine.js';

for (const [name, open] of ENGINES_AND_TWO_WAYS) describeLog(name, open);
