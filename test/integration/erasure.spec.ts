import { describeErasure } from '../contracts/erasure.contract.js';
import { ENGINES_AND_FEW_WAYS } from '../support/engine.js';

for (const engine of ENGINES_AND_FEW_WAYS) describeErasure(...engine);
