import { describeRepository } from '../contracts/repository.contract.js';
import { ENGINES } from '../support/engine.js';

for (const [name, open] of ENGINES) describeRepository(name, open);
