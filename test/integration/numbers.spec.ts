import { describeNumbers } from '../contracts/numbers.contract.js';
import { ENGINES_AND_FEW_WAYS } from '../support/engine.js';
import { openByIndexes, openIndexed } from '../support/indexed-engine.js';

for (const [name, open] of ENGINES_AND_FEW_WAYS) describeNumbers(name, open);
describeNumbers('sqlite, everything indexed', openIndexed);
describeNumbers('postgres, by its indexes', openByIndexes);
