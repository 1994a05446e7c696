import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { BulkEditsController } from './bulk-edits.controller.js';
import { BulkEditsService } from './bulk-edits.service.js';

@Module({
  imports: [StorageModule, CustomersModule],
  controllers: [BulkEditsController],
  providers: [BulkEditsService],
})
export class BulkEditsModule {}
