import { MemoryCustomerSearch } from './memory-customer-search.js';
import { MemoryCustomerRepository } from './memory-customer.repository.js';
import { MemoryIngestionRepository } from './memory-ingestion.repository.js';
import { MemorySegmentRepository } from './memory-segment.repository.js';

/** The repositories in the memory of this process. */
export function openMemory(): {
  customers: MemoryCustomerRepository;
  ingestions: MemoryIngestionRepository;
  search: MemoryCustomerSearch;
  segments: MemorySegmentRepository;
  close: () => Promise<void>;
} {
  const ingestions = new MemoryIngestionRepository();
  const customers = new MemoryCustomerRepository(ingestions);
  const search = new MemoryCustomerSearch(customers);
  return { customers, ingestions, search, segments: new MemorySegmentRepository(), close: () => customers.close() };
}
