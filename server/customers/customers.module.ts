import { Module } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { CachedCustomers } from '../storage/cached-customers.js';
import { StorageModule } from '../storage/storage.module.js';
import { AttributesService } from './attributes.service.js';
import { ActivityService } from './activity.service.js';
import { CustomersController } from './customers.controller.js';
import { CustomersService } from './customers.service.js';
import { SearchService } from './search.service.js';
import { EventsService } from './events.service.js';
import { EverythingController } from './everything.controller.js';
import { EverythingService } from './everything.service.js';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';
import { LabelsController } from './labels.controller.js';
import { LabelsService } from './labels.service.js';
import { ListPieces } from './list-pieces.js';
import { NamesController } from './names.controller.js';
import { NotesController } from './notes.controller.js';
import { NotesService } from './notes.service.js';
import { PastService } from './past.service.js';
import { SuppressionController } from './suppression.controller.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';
import { TrashController } from './trash.controller.js';
import { TrashService } from './trash.service.js';
import { UndoService } from './undo.service.js';
import { WhyService } from './why.service.js';

@Module({
  imports: [StorageModule, MetricsModule],
  controllers: [
    CustomersController,
    SuppressionController,
    NamesController,
    HistoryController,
    TimelineController,
    TrashController,
    EverythingController,
    LabelsController,
    NotesController,
  ],
  providers: [
    CustomersService,
    SearchService,
    ListPieces,
    HistoryService,
    TimelineService,
    WhyService,
    ActivityService,
    EventsService,
    PastService,
    TrashService,
    EverythingService,
    UndoService,
    LabelsService,
    NotesService,
    AttributesService,
  ],
  exports: [UndoService],
})
export class CustomersModule {
  constructor(metrics: Metrics, { reads }: CachedCustomers) {
    metrics.observeReads(reads);
  }
}
