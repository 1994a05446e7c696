import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { Erasures } from '../domain/customer/erasure.js';
import { MessageIdentifier } from '../domain/message/message-identity.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { StorageModule } from '../storage/storage.module.js';
import { GroupCommit } from './group-commit.js';
import { LiveCustomers } from './live-customers.js';
import { IDENTITY_KEY, LiveReceiver } from './live-receiver.js';
import { LiveRoutes } from './live-routes.js';
import { LiveSenders } from './live-senders.js';
import { LiveSink } from './live-sink.js';
import { LiveViewController } from './live-view.controller.js';
import { LiveView } from './live-view.js';
import { LostAnswers } from './lost-answers.js';
import { MessagesController } from './messages.controller.js';
import { SourceKeys } from './source-keys.js';
import { SourcesController } from './sources.controller.js';
import { SourcesService } from './sources.service.js';

/** Messages as they happen: their sources, the paths of clients, and the live view. */
@Module({
  imports: [StorageModule, AccessModule],
  controllers: [MessagesController, SourcesController, LiveViewController],
  providers: [
    LiveReceiver,
    LiveRoutes,
    LiveSenders,
    LostAnswers,
    SourceKeys,
    SourcesService,
    {
      provide: LiveView,
      useFactory: (erasures: Erasures) => {
        const view = new LiveView();
        erasures.onErased((id) => view.erase(id));
        return view;
      },
      inject: [Erasures],
    },
    {
      provide: IDENTITY_KEY,
      useFactory: (customers: CustomerRepository) => customers.identityKey(),
      inject: [CustomerRepository],
    },
    {
      provide: GroupCommit,
      useFactory: (customers: CustomerRepository) => new GroupCommit(customers),
      inject: [CustomerRepository],
    },
    {
      provide: LiveSink,
      useFactory: (group: GroupCommit, key: Uint32Array, customers: CustomerRepository, search: CustomerSearch) =>
        new LiveSink(group, new MessageIdentifier(key), new LiveCustomers(customers, search)),
      inject: [GroupCommit, IDENTITY_KEY, CustomerRepository, CustomerSearch],
    },
  ],
})
export class LiveModule {}
