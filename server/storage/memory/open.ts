import { MemoryCustomerRepository } from './memory-customer.repository.js';
import { MemoryIngestionRepository } from './memory-ingestion.repository.js';

/** Both repositories in the memory of this process. */
export function openMemory(): {
  customers: MemoryCustomerRepository;
  ingestions: MemoryIngestionRepository;
  close: () => Promise<void>;
} {
  const ingestions = new MemoryIngestionRepository();
  const customers = new MemoryCustomerRepository(ingestions);
  return { customers, ingestions, close: () => customers.close() };
}
