import { Injectable } from '@nestjs/common';
import type { Actor } from '../domain/actor.js';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import type { CustomerState } from '../domain/customer/customer.js';
import { addLabel, checkLabel, removeLabel } from '../domain/customer/labels.js';
import { customerNotFound } from '../domain/errors.js';
import { LIMITS } from '../domain/limits.js';
import { OverviewRepository } from '../domain/overview.js';
import { bestNames } from '../domain/search/customer-scan.js';
import { checkThere } from './customers.service.js';
import type { LabelList, LabelsAnswer } from './labels.dto.js';
import { positiveInteger } from './paging.js';
import { readSearch } from './read-query.js';

/** Rules of the API for the labels of customers. A label is no part of the record: the ETag and `last_updated` stay. */
@Injectable()
export class LabelsService {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly overview: OverviewRepository,
  ) {}

  /** @throws DomainError `customer_not_found` */
  async of(id: string): Promise<LabelsAnswer> {
    const labels = await this.customers.labels(id);
    if (!labels) throw customerNotFound(id);
    return { labels };
  }

  /** @throws DomainError `invalid_request`, `customer_not_found`, `customer_suppressed`, `too_many_labels` */
  add(id: string, label: string, actor: Actor): Promise<LabelsAnswer> {
    return this.change(id, label, addLabel, actor);
  }

  /** Leaves a customer as it is that does not have the label. @throws DomainError as {@link add} */
  remove(id: string, label: string, actor: Actor): Promise<LabelsAnswer> {
    return this.change(id, label, removeLabel, actor);
  }

  /** @throws DomainError `invalid_request` */
  async counts(query: Readonly<Record<string, unknown>>): Promise<LabelList> {
    const most = Math.min(positiveInteger(query.limit) ?? LIMITS.names, LIMITS.names);
    return { labels: bestNames(await this.overview.labels(), readSearch(query.search) ?? '', most) };
  }

  private async change(
    id: string,
    label: string,
    change: (state: CustomerState, label: string) => void,
    actor: Actor,
  ): Promise<LabelsAnswer> {
    checkLabel(label, 'label');
    await this.customers.change(
      id,
      (state, current) => {
        checkThere(state, current);
        change(state, label);
      },
      { actor, action: 'updated' },
    );
    return this.of(id);
  }
}
