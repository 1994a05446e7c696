import { describeCustomerSearch } from '../contracts/customer-search.contract.js';
import { ENGINES } from '../support/engine.js';
import { openByIndexes, openIndexed } from '../support/indexed-engine.js';

for (const [name, open] of ENGINES) describeCustomerSearch(name, open);
describeCustomerSearch('sqlite, everything indexed', openIndexed);
describeCustomerSearch('postgres, by its indexes', openByIndexes);
