import { Injectable } from '@nestjs/common';
import type { CustomerSelection } from '../domain/search/customer-query.js';
import type { StoredCustomer } from '../domain/customer/customer.js';
import { DomainError } from '../domain/errors.js';
import { LIMITS } from '../domain/limits.js';
import { OverviewRepository } from '../domain/overview.js';
import { compareCodePoints } from '../domain/text.js';
import { CsvWriter, type CsvColumns } from './csv.js';
import { messageLines } from './message-lines.js';
import { isEverybody, SelectedCustomers } from './selected-customers.js';

/** Characters of a piece that is sent at once. */
const CHUNK = 64 * 1024;

/** Writes the customers of a selection as a stream of texts, at the speed of its reader. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly selected: SelectedCustomers,
    private readonly overview: OverviewRepository,
  ) {}

  /** @throws DomainError `invalid_request` before the first line, when there would be too many columns */
  async csv(selection: CustomerSelection): Promise<AsyncGenerator<string>> {
    const writer = new CsvWriter(await this.columnsOf(selection));
    return inChunks(writer.header, this.selected.pages(selection), (customer) => [writer.line(customer)]);
  }

  async jsonLines(selection: CustomerSelection): Promise<AsyncGenerator<string>> {
    return inChunks('', this.selected.pages(selection), messageLines);
  }

  private async columnsOf(selection: CustomerSelection): Promise<CsvColumns> {
    const columns = isEverybody(selection)
      ? await this.overview.names(LIMITS.csvColumns + 1)
      : await this.lookForColumns(selection);
    if (columns.attributes.length + columns.events.length <= LIMITS.csvColumns) return columns;
    throw tooWide();
  }

  private async lookForColumns(selection: CustomerSelection): Promise<CsvColumns> {
    const attributes = new Set<string>();
    const events = new Set<string>();
    for await (const page of this.selected.pages(selection)) {
      for (const customer of page) {
        for (const name of namesOf(customer.attributes)) attributes.add(name);
        for (const name of namesOf(customer.events)) events.add(name);
      }
      if (attributes.size + events.size > LIMITS.csvColumns) throw tooWide();
    }
    return { attributes: [...attributes].sort(compareCodePoints), events: [...events].sort(compareCodePoints) };
  }
}

async function* inChunks(
  head: string,
  pages: AsyncIterable<readonly StoredCustomer[]>,
  linesOf: (customer: StoredCustomer) => Iterable<string>,
): AsyncGenerator<string> {
  let chunk = head;
  for await (const page of pages) {
    for (const customer of page) {
      for (const line of linesOf(customer)) {
        chunk += line;
        if (chunk.length < CHUNK) continue;
        yield chunk;
        chunk = '';
      }
    }
  }
  if (chunk) yield chunk;
}

function namesOf(json: string): string[] {
  return Object.keys(JSON.parse(json) as object);
}

function tooWide(): DomainError {
  const message =
    `These customers have more than ${LIMITS.csvColumns} attributes and events in all, which no spreadsheet holds. ` +
    'Select fewer customers, or export JSON lines.';
  return new DomainError('invalid_request', message);
}
