import { describeCustomerSearch } from '../customer-search.contract.js';
import { ENGINES } from '../support/engine.js';

for (const [name, open] of ENGINES) describeCustomerSearch(name, open);
