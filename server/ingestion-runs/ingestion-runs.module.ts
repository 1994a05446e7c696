import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { HealthController } from '../health/health.controller.js';
import { IngestionsController } from './ingestion-runs.controller.js';
import { IngestionsService } from './ingestion-runs.service.js';

@Module({
  imports: [StorageModule, IngestionModule],
  controllers: [IngestionsController, HealthController],
  providers: [IngestionsService],
})
export class IngestionsModule {}
