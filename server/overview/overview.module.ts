import { Module } from '@nestjs/common';
import { StorageModule } from '../storage/storage.module.js';
import { ActivityService } from './activity.service.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

@Module({ imports: [StorageModule], controllers: [OverviewController], providers: [ActivityService, OverviewService] })
export class OverviewModule {}
