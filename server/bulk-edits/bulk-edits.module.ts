import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { BulkEditsController } from './bulk-edits.controller.js';
import { PreviewService } from './preview.service.js';
import { BulkEditsService } from './bulk-edits.service.js';

@Module({
  imports: [StorageModule, CustomersModule],
  controllers: [BulkEditsController],
  providers: [BulkEditsService, PreviewService],
})
export class BulkEditsModule {}
