import { Module } from '@nestjs/common';
import { StorageModule } from '../storage/storage.module.js';
import { CustomerSegmentsController } from './customer-segments.controller.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsService } from './segments.service.js';

@Module({
  imports: [StorageModule],
  controllers: [SegmentsController, CustomerSegmentsController],
  providers: [SegmentsService],
})
export class SegmentsModule {}
