import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { Ingestor } from '../domain/ingestion/ingestor.js';
import { ImportRunner } from '../imports/import-runner.js';
import { ImportsModule } from '../imports/imports.module.js';
import { IngestionModule } from '../ingestion/ingestion.module.js';
import type { Storage } from '../storage/open-engine.js';
import { STORAGE, StorageModule } from '../storage/storage.module.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';

/** The metrics that Prometheus collects from a server. */
@Module({
  imports: [StorageModule, IngestionModule, ImportsModule],
  controllers: [MetricsController],
  providers: [Metrics],
  exports: [Metrics],
})
export class MetricsModule implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly ingestor: Ingestor,
    private readonly imports: ImportRunner,
    @Inject(STORAGE) private readonly storage: Storage,
  ) {}

  onModuleInit(): void {
    this.ingestor.onApply(this.metrics.observeApply);
    this.imports.onApply(this.metrics.observeApply);
    const { connectionUse } = this.storage;
    if (connectionUse) this.metrics.observeConnections(connectionUse);
  }
}
