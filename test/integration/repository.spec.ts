import { describeRepository } from '../repository.contract.js';
import { ENGINES } from '../support/engine.js';

for (const [name, open] of ENGINES) describeRepository(name, open);
