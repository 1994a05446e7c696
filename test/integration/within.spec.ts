import { describeWithin } from '../contracts/within.contract.js';
import { ENGINES } from '../support/engine.js';
import { openByIndexes, openIndexed } from '../support/indexed-engine.js';

for (const [name, open] of ENGINES) describeWithin(name, open);
describeWithin('sqlite, everything indexed', openIndexed);
describeWithin('postgres, by its indexes', openByIndexes);
