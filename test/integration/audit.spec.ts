import { describeAudit, describeAuditTable } from '../contracts/audit.contract.js';
import { describeLoginTries } from '../contracts/login-tries.contract.js';
import { ENGINES } from '../support/engine.js';

for (const [name, open] of ENGINES) {
  describeAudit(name, open);
  describeLoginTries(name, open);
  if (name !== 'memory') describeAuditTable(name, open);
}
