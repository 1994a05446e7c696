import { describeLiveMessages } from '../contracts/live-messages.contract.js';
import { ENGINES } from '../support/engine.js';

for (const [name, open] of ENGINES) describeLiveMessages(name, open);
