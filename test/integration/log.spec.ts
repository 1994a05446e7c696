import { describeLog } from '../contracts/log.contract.js';
import { ENGINES_AND_FEW_WAYS } from '../support/engine.js';

/** Examples of a property over PostgreSQL, where each takes several times as long. */
const FEW = 10;

for (const [name, open] of ENGINES_AND_FEW_WAYS) describeLog(name, open, name.startsWith('postgres') ? FEW : undefined);
