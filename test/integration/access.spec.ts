import { describeAccess } from '../contracts/access.contract.js';
import { ENGINES } from '../support/engine.js';

for (const [name, open] of ENGINES) describeAccess(name, open);
