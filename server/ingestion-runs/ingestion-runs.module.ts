import { Module } from '@nestjs/common';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { CONFIG, type Config } from '../config/config.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { IngestionRunsController } from './ingestion-runs.controller.js';
import { IngestionRunsService } from './ingestion-runs.service.js';
import { UploadRoom } from './upload-room.js';

function uploadRoom({ database }: Config): UploadRoom {
  // The folder of the database must have room for large files anyway.
  return new UploadRoom(database.kind === 'sqlite' ? dirname(database.path) : tmpdir());
}

@Module({
  imports: [StorageModule, IngestionModule],
  controllers: [IngestionRunsController],
  providers: [IngestionRunsService, { provide: UploadRoom, useFactory: uploadRoom, inject: [CONFIG] }],
})
export class IngestionRunsModule {}
