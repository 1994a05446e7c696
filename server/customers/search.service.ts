import { Injectable } from '@nestjs/common';
import { LIMITS } from '../domain/limits.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import type { JsonBody } from '../http/compression.js';
import { searchBody } from './customer-body.js';
import { incompleteMember } from './log-completeness.js';
import type { Paging } from './paging.js';
import { AttributeValues } from './attribute-values.js';
import { readCustomerQuery, readLimit, readName, readSearch } from './read-query.js';

type RawQuery = Readonly<Record<string, unknown>>;

/** Rules of the API for searches of customers and for suggestions of names. Bodies are JSON. */
@Injectable()
export class SearchService {
  private readonly values: AttributeValues;

  constructor(private readonly search: CustomerSearch) {
    this.values = new AttributeValues(search);
  }

  /** @throws DomainError `invalid_request` */
  async list(query: RawQuery, paging: Paging): Promise<JsonBody> {
    const { page, perPage } = paging;
    const asked = readCustomerQuery(query);
    const found = await this.search.search(asked, (page - 1) * perPage, perPage);
    return searchBody(found, paging, await incompleteMember(this.search, asked));
  }

  /** @throws DomainError `invalid_request` */
  async attributeNames(query: RawQuery): Promise<string> {
    const names = await this.search.attributeNames(readSearch(query.search) ?? '', readLimit(query));
    return JSON.stringify({ attribute_names: names });
  }

  /** @throws DomainError `invalid_request` */
  async eventNames(query: RawQuery): Promise<string> {
    const names = await this.search.eventNames(readSearch(query.search) ?? '', readLimit(query));
    return JSON.stringify({ event_names: names });
  }

  /** @throws DomainError `invalid_request` */
  async attributeValues(query: RawQuery): Promise<string> {
    const [name, search] = [readName(query.name), readSearch(query.search)];
    return JSON.stringify(await this.values.frequent(name, search, Math.min(readLimit(query), LIMITS.values)));
  }
}
