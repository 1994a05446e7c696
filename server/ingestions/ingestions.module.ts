import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { HealthController } from './health.controller.js';
import { IngestionsController } from './ingestions.controller.js';
import { IngestionsService } from './ingestions.service.js';

@Module({
  imports: [StorageModule, IngestionModule],
  controllers: [IngestionsController, HealthController],
  providers: [IngestionsService],
})
export class IngestionsModule {}
