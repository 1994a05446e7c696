import { Injectable } from '@nestjs/common';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { mistakenIds } from '../domain/customer/mistaken-id.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { OverviewRepository } from '../domain/overview.js';
import { viewOf } from '../ingestion-runs/ingestion-run.dto.js';
import { bucketsOf } from './last-updated.js';
import type { OverviewAnswer } from './overview.dto.js';

const INGESTIONS = 5;

@Injectable()
export class OverviewService {
  constructor(
    private readonly overview: OverviewRepository,
    private readonly customers: CustomerRepository,
    private readonly ingestions: IngestionRepository,
  ) {}

  async show(): Promise<OverviewAnswer> {
    const numbers = await this.overview.read();
    return {
      customers: numbers.customers,
      attribute_names: numbers.attributeNames,
      event_names: numbers.eventNames,
      events: numbers.events,
      top_events: [...numbers.topEvents],
      attributes: [...numbers.topAttributes],
      last_updated: bucketsOf(numbers.lastUpdated),
      mistaken_ids: await mistakenIds(this.customers),
      ingestions: (await this.ingestions.list(INGESTIONS)).map(viewOf),
    };
  }
}
