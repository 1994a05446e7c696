import { describeLiveMessages } from '../contracts/live-messages.contract.js';
import { ENGINES_AND_FEW_WAYS } from '../support/engine.js';

for (const [name, open] of ENGINES_AND_FEW_WAYS) describeLiveMessages(name, open);
