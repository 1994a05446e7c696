import { Module } from '@nestjs/common';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { CONFIG, type Config } from '../config/config.js';
import { Erasures } from '../domain/customer/erasure.js';
import { StorageModule } from '../storage/storage.module.js';
import { ExportsController } from './exports.controller.js';
import { ExportsService } from './exports.service.js';
import { Spools } from './spool.js';
import { SPOOL_LIMITS } from '../http/limits.js';

function spoolsOf({ database, databaseConnections }: Config, erasures: Erasures): Spools {
  const folder = database.kind === 'sqlite' ? dirname(database.path) : tmpdir();
  // An export over PostgreSQL holds a connection while it is read. Half of them stay for other requests.
  const most = database.kind === 'postgres' ? Math.floor(databaseConnections / 2) : Infinity;
  const spools = new Spools(folder, { ...SPOOL_LIMITS, writers: Math.min(SPOOL_LIMITS.writers, most) });
  erasures.onErased(() => spools.drop());
  return spools;
}

@Module({
  imports: [StorageModule],
  controllers: [ExportsController],
  providers: [ExportsService, { provide: Spools, useFactory: spoolsOf, inject: [CONFIG, Erasures] }],
})
export class ExportsModule {}
