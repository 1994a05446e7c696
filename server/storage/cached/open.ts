import { createHash } from 'node:crypto';
import type { CustomerRepository } from '../../domain/customer-repository.js';
import { DatedCustomerRepository, type Clock } from './dated-customer.repository.js';
import { RedisTier, type Report } from './redis-tier.js';

/** A repository whose reads may be kept, with what it holds open. */
export interface DatedCustomers {
  readonly customers: DatedCustomerRepository;
  close(): Promise<void>;
}

/**
 * @param url of the Redis that other processes use as well; undefined without one
 * @param database its name
 */
export async function openDated(
  inner: CustomerRepository,
  url: string | undefined,
  database: string,
  report: Report,
  clock?: Clock,
): Promise<DatedCustomers> {
  if (url === undefined)
    return { customers: new DatedCustomerRepository(inner, undefined, clock), close: () => Promise.resolve() };
  const tier = new RedisTier(url, await nameOf(inner, database), report);
  return { customers: new DatedCustomerRepository(inner, tier, clock), close: () => tier.close() };
}

/** The same in every process over the same database, however that names its host; another one for a copy under another name. */
async function nameOf(inner: CustomerRepository, database: string): Promise<string> {
  const key = await inner.identityKey();
  return createHash('sha256').update(key).update(database).digest('base64url').slice(0, 22);
}
