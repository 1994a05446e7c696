import { MemoryCustomerSearch } from '../memory/memory-customer-search.js';

/** For now every customer is looked at. */
export class PostgresCustomerSearch extends MemoryCustomerSearch {}
