import { Module } from '@nestjs/common';
import { StorageModule } from '../storage/storage.module.js';
import { ExportsController } from './exports.controller.js';
import { ExportsService } from './exports.service.js';
import { SelectedCustomers } from './selected-customers.js';

@Module({
  imports: [StorageModule],
  controllers: [ExportsController],
  providers: [ExportsService, SelectedCustomers],
})
export class ExportsModule {}
