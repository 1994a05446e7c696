import { Module } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { CachedCustomers } from '../storage/cached-customers.js';
import { StorageModule } from '../storage/storage.module.js';
import { CustomersController } from './customers.controller.js';
import { CustomersService } from './customers.service.js';
import { SearchService } from './search.service.js';
import { EverythingController } from './everything.controller.js';
import { EverythingService } from './everything.service.js';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';
import { ListPieces } from './list-pieces.js';
import { NamesController } from './names.controller.js';
import { TrashController } from './trash.controller.js';
import { TrashService } from './trash.service.js';

@Module({
  imports: [StorageModule, MetricsModule],
  controllers: [CustomersController, NamesController, HistoryController, TrashController, EverythingController],
  providers: [CustomersService, SearchService, ListPieces, HistoryService, TrashService, EverythingService],
})
export class CustomersModule {
  constructor(metrics: Metrics, { reads }: CachedCustomers) {
    metrics.observeReads(reads);
  }
}
