import { describeRepository } from '../contracts/repository.contract.js';
import { ENGINES_AND_WAYS } from '../support/engine.js';

for (const engine of ENGINES_AND_WAYS) describeRepository(...engine);
