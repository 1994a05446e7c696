import { describeTrash } from '../contracts/trash.contract.js';
import { ENGINES } from '../support/engine.js';

for (const [name, open] of ENGINES) describeTrash(name, open);
