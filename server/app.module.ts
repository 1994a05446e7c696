import { Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.js';
import { ConfigModule } from './config/config.module.js';
import { CustomersModule } from './customers/customers.module.js';
import { StorageBackgroundModule } from './storage/background.module.js';
import { BulkEditsModule } from './bulk-edits/bulk-edits.module.js';
import { ExportsModule } from './exports/exports.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { LiveModule } from './live/live.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { SegmentsModule } from './segments/segments.module.js';
import { HealthModule } from './health/health.module.js';
import { IngestionRunsModule } from './ingestion-runs/ingestion-runs.module.js';

/** The root module of the server: the API and ingestion. */
@Module({
  imports: [
    ConfigModule,
    AccessModule,
    CustomersModule,
    SegmentsModule,
    OverviewModule,
    BulkEditsModule,
    ExportsModule,
    IngestionRunsModule,
    ImportsModule,
    LiveModule,
    HealthModule,
    MetricsModule,
    StorageBackgroundModule,
  ],
})
export class AppModule {}
