import { describeRepository } from '../contracts/repository.contract.js';
import { ENGINES, ENGINES_AND_WAYS } from '../support/engine.js';

for (const [name, open] of ENGINES) describeRepository(name, open);
for (const [name, open] of ENGINES_AND_WAYS) describeRepository(name, open, 'ingesting');
