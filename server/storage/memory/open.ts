import { ScanningSearch } from '../scanning-search.js';
import { StoredAccess } from '../access/stored-access.js';
import type { Work } from '../access/statement.js';
import { StoredImports } from '../imports/stored-imports.js';
import { StoredNotes } from '../notes/stored-notes.js';
import { StoredSources } from '../sources/stored-sources.js';
import { MemoryAccessRunner } from './access-runner.js';
import { MemoryCustomerRepository } from './customer.repository.js';
import { MemoryHistoryRepository } from './history.repository.js';
import { MemoryIngestionRepository } from './ingestion.repository.js';
import type { MemoryLogRepository } from './log.repository.js';
import { MemoryKeptRepository } from './kept.repository.js';
import { MemoryOverviewRepository } from './overview.repository.js';
import { MemorySegmentRepository } from './segment.repository.js';
import { MemoryStoredCustomers } from './stored-customers.js';
import { MemoryTrashRepository } from './trash.repository.js';

/** The repositories in the memory of this process. @param keepsLog whether changes are written to the log */
export function openMemory(keepsLog = true): {
  customers: MemoryCustomerRepository;
  ingestions: MemoryIngestionRepository;
  search: ScanningSearch;
  segments: MemorySegmentRepository;
  history: MemoryHistoryRepository;
  overview: MemoryOverviewRepository;
  stored: MemoryStoredCustomers;
  access: StoredAccess;
  sources: StoredSources;
  imports: StoredImports;
  trash: MemoryTrashRepository;
  log: MemoryLogRepository;
  notes: StoredNotes;
  kept: MemoryKeptRepository;
  close: () => Promise<void>;
} {
  const ingestions = new MemoryIngestionRepository();
  const history = new MemoryHistoryRepository();
  const overview = new MemoryOverviewRepository();
  const access = new MemoryAccessRunner();
  const trash = new MemoryTrashRepository(access);
  const customers = new MemoryCustomerRepository(ingestions, history, overview, access, trash, keepsLog);
  return {
    customers,
    ingestions,
    search: new ScanningSearch(customers, customers, () => customers.log.opener()),
    segments: new MemorySegmentRepository(),
    history,
    overview,
    stored: new MemoryStoredCustomers(customers, overview),
    access: new StoredAccess(access),
    sources: new StoredSources(access),
    imports: new StoredImports(access),
    trash,
    log: customers.log,
    // eslint-disable-next-line require-yield -- the customers are in memory
    notes: new StoredNotes(access, function* (id): Work<boolean> {
      return customers.kept(id).stored !== undefined;
    }),
    kept: new MemoryKeptRepository(customers, history, ingestions, access),
    close: async () => {
      await customers.close();
      access.close();
    },
  };
}
