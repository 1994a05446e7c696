import { describeTimes } from '../contracts/times.contract.js';
import { ENGINES_AND_FEW_WAYS } from '../support/engine.js';

for (const [name, open] of ENGINES_AND_FEW_WAYS) describeTimes(name, open);
