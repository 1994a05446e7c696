import { describeIngestion } from '../contracts/ingestion.contract.js';
import { ENGINES_AND_WAYS } from '../support/engine.js';

for (const [name, open] of ENGINES_AND_WAYS) describeIngestion(name, open);
