import { createHash } from 'node:crypto';
import type { CustomerRepository } from '../../domain/customer/customer-repository.js';
import { DatedCustomerRepository, type Clock } from './dated-customer.repository.js';
import { RedisClock } from './redis-clock.js';
import { RedisLink, type Report } from './redis-link.js';
import { TieredReads, type Tiers } from './tiered-reads.js';

/** A repository whose reads are kept, with what it holds open. */
export interface DatedCustomers {
  readonly customers: DatedCustomerRepository;
  close(): Promise<void>;
}

/** Where reads are kept; at least one of the two. */
export interface KeptWhere {
  /** In the process, at most; 0: not there. */
  readonly bytes: number;
  /** Of the Redis that other processes use as well; undefined without one. */
  readonly url: string | undefined;
  /** The name of the database. */
  readonly database: string;
}

/** @param report is told when Redis goes away and when it is back */
export async function openDated(
  inner: CustomerRepository,
  { bytes, url, database }: KeptWhere,
  report: Report,
  clock: Clock = () => performance.now(),
): Promise<DatedCustomers> {
  const kept = new TieredReads({
    name: url === undefined ? database : await nameOf(inner, database),
    bytes,
    shared: url === undefined ? undefined : sharedAt(url, report, clock),
  });
  return { customers: new DatedCustomerRepository(inner, kept, clock), close: () => kept.close() };
}

function sharedAt(url: string, report: Report, clock: Clock): Tiers['shared'] {
  const link = new RedisLink(url, report);
  return { link, clock: new RedisClock(link, clock) };
}

/** The same in every process over the same database, however that names its host; another one for a copy under another name. */
async function nameOf(inner: CustomerRepository, database: string): Promise<string> {
  const key = await inner.identityKey();
  return createHash('sha256').update(key).update(database).digest('base64url').slice(0, 22);
}
