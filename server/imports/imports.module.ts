import { Module } from '@nestjs/common';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { CONFIG, type Config } from '../config/config.js';
import { StorageModule } from '../storage/storage.module.js';
import { ImportRunner } from './import-runner.js';
import { ImportSpool } from './import-spool.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';

function spool({ database }: Config): ImportSpool {
  return new ImportSpool(database.kind === 'sqlite' ? dirname(database.path) : tmpdir());
}

/** Spreadsheets that become messages. */
@Module({
  imports: [StorageModule],
  controllers: [ImportsController],
  providers: [ImportsService, ImportRunner, { provide: ImportSpool, useFactory: spool, inject: [CONFIG] }],
  exports: [ImportRunner],
})
export class ImportsModule {}
