import { describeFinding } from '../contracts/finding.contract.js';
import { ENGINES } from '../support/engine.js';
import { openByIndexes, openIndexed } from '../support/indexed-engine.js';

for (const [name, open] of ENGINES) describeFinding(name, open);
describeFinding('sqlite, everything indexed', openIndexed);
describeFinding('postgres, by its indexes', openByIndexes);
