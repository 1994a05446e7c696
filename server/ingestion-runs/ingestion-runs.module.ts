import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { IngestionRunsController } from './ingestion-runs.controller.js';
import { IngestionRunsService } from './ingestion-runs.service.js';

@Module({
  imports: [StorageModule, IngestionModule],
  controllers: [IngestionRunsController],
  providers: [IngestionRunsService],
})
export class IngestionRunsModule {}
