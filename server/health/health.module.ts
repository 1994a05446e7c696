import { Module } from '@nestjs/common';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { HealthController } from './health.controller.js';
import { IndexController } from './index.controller.js';

@Module({ imports: [IngestionModule, StorageModule], controllers: [HealthController, IndexController] })
export class HealthModule {}
