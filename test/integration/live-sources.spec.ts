import { describeSources } from '../contracts/sources.contract.js';
import { ENGINES } from '../support/engine.js';

for (const [name, open] of ENGINES) describeSources(name, open);
