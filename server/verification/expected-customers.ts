import { createReadStream } from 'node:fs';
import { DomainError } from '../domain/errors.js';
import { CsvReader, malformed } from './csv-reader.js';

/** The `name=value` fields of each customer, in the order of the file: attributes, then events. */
export type ExpectedCustomers = Map<string, readonly string[]>;

/**
 * Reads an expected summary: `id,attribute=value,…,event=count,…`, one customer a record.
 * @throws DomainError `source_unreadable` when there is no such file, `invalid_request` for a malformed line
 */
export async function readExpectedCustomers(file: string): Promise<ExpectedCustomers> {
  const customers: ExpectedCustomers = new Map();
  const reader = new CsvReader();
  const stream: AsyncIterable<string> = createReadStream(file, 'utf8');
  try {
    for await (const piece of stream) for (const record of reader.read(piece)) add(customers, record);
  } catch (cause) {
    if (cause instanceof DomainError) throw cause;
    throw new DomainError('source_unreadable', `Cannot read ${file}: ${(cause as Error).message}.`, undefined, {
      cause,
    });
  }
  for (const record of reader.end()) add(customers, record);
  return customers;
}

function add(customers: ExpectedCustomers, { line, fields }: { line: number; fields: readonly string[] }): void {
  const [id, ...rest] = fields;
  if (id === '' || id.includes('=')) throw malformed(line, 'it does not begin with the id of a customer');
  if (customers.has(id)) throw malformed(line, `customer ${id} was in an earlier one`);
  const bad = rest.find((field) => field.indexOf('=') < 1);
  if (bad !== undefined) throw malformed(line, `${JSON.stringify(bad)} is not name=value`);
  customers.set(id, rest);
}
