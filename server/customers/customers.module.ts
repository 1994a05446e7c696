import { Module } from '@nestjs/common';
import { StorageModule } from '../storage/storage.module.js';
import { AnswerCache } from './answer-cache.js';
import { CustomersController } from './customers.controller.js';
import { CustomersService } from './customers.service.js';
import { FindService } from './find.service.js';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';
import { NamesController } from './names.controller.js';

@Module({
  imports: [StorageModule],
  controllers: [CustomersController, NamesController, HistoryController],
  providers: [AnswerCache, CustomersService, FindService, HistoryService],
})
export class CustomersModule {}
