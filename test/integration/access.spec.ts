import { describeAccess } from '../contracts/access.contract.js';
import { describeCodes } from '../contracts/codes.contract.js';
import { describeSessions } from '../contracts/sessions.contract.js';
import { ENGINES } from '../support/engine.js';

for (const [name, open] of ENGINES) {
  describeAccess(name, open);
  describeCodes(name, open);
  describeSessions(name, open);
}
