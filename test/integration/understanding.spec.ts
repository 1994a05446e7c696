import { ENGINES } from '../support/engine.js';
import { describeUnderstanding } from '../understanding.contract.js';

for (const [name, open] of ENGINES) describeUnderstanding(name, open);
