import { Module } from '@nestjs/common';
import { StorageModule } from '../storage/storage.module.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

@Module({ imports: [StorageModule], controllers: [OverviewController], providers: [OverviewService] })
export class OverviewModule {}
