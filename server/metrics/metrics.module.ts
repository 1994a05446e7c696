import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import type { Storage } from '../storage/open-engine.js';
import { STORAGE, StorageModule } from '../storage/storage.module.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';

/** What Prometheus collects from a server. */
@Module({ imports: [StorageModule], controllers: [MetricsController], providers: [Metrics], exports: [Metrics] })
export class MetricsModule implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    @Inject(STORAGE) private readonly storage: Storage,
  ) {}

  onModuleInit(): void {
    const { customers, connectionUse } = this.storage;
    this.metrics.observeMerges(customers);
    if (connectionUse) this.metrics.observeConnections(connectionUse);
  }
}
