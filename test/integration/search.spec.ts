import { describeCustomerSearch } from '../contracts/customer-search.contract.js';
import { ENGINES_AND_FEW_WAYS } from '../support/engine.js';
import { openByIndexes, openIndexed } from '../support/indexed-engine.js';

for (const engine of ENGINES_AND_FEW_WAYS) describeCustomerSearch(...engine);
describeCustomerSearch('sqlite, everything indexed', openIndexed);
describeCustomerSearch('postgres, by its indexes', openByIndexes);
