import { describeParts } from '../contracts/parts.contract.js';
import { ENGINES_AND_WAYS } from '../support/engine.js';

for (const [name, open] of ENGINES_AND_WAYS) describeParts(name, open);
