import { Module } from '@nestjs/common';
import { StorageModule } from '../storage/storage.module.js';
import { CustomersController } from './customers.controller.js';
import { CustomersService } from './customers.service.js';
import { FindService } from './find.service.js';
import { NamesController } from './names.controller.js';

@Module({
  imports: [StorageModule],
  controllers: [CustomersController, NamesController],
  providers: [CustomersService, FindService],
})
export class CustomersModule {}
