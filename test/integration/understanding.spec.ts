import { ENGINES } from '../support/engine.js';
import { describeUnderstanding } from '../contracts/understanding.contract.js';

for (const [name, open] of ENGINES) describeUnderstanding(name, open);
