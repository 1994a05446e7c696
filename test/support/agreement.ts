import { OpenRecord } from '../../server/domain/search/open-record.js';
import { CustomerScan, NameScan } from '../../server/domain/search/customer-scan.js';
import { TOP_ATTRIBUTES, TOP_EVENTS, type Overview } from '../../server/domain/overview.js';
import type { CustomerRecord } from '../../server/domain/customer/customer.js';
import type { CustomerQuery } from '../../server/domain/search/customer-query.js';
import type { Engine } from './engine.js';
import { expectRefolded } from './refolded.js';

const DAY_MS = 86_400_000;
const QUERIES: readonly CustomerQuery[] = [
  { filters: [], sort: 'id', order: 'asc' },
  { search: 'a', filters: [], sort: 'last_updated', order: 'desc' },
];
const MANY = 1_000_000;

/** Every number of the overview, counted from all customers. */
export async function counted({ customers }: Engine): Promise<Overview> {
  const names = new NameScan();
  const days = new Map<number, number>();
  const { customers: all, total } = await customers.page(0, MANY);
  for (const customer of all) {
    names.take(customer);
    const day = Math.floor(customer.lastUpdated / DAY_MS);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  const events = names.eventNames('', Infinity);
  const byEvents = [...events].sort(
    (a, b) => b.events - a.events || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );
  const attributeNames = names.attributeNames('', Infinity);
  return {
    customers: total,
    attributeNames: attributeNames.length,
    eventNames: events.length,
    events: events.reduce((sum, { events: count }) => sum + count, 0),
    topEvents: byEvents.slice(0, TOP_EVENTS),
    topAttributes: attributeNames.slice(0, TOP_ATTRIBUTES),
    lastUpdated: [...days].sort(([a], [b]) => a - b).map(([day, count]) => ({ day, customers: count })),
  };
}

/**
 * Expects every derived table of an engine to agree with its customers, as `roster check` compares them, and what is read from them: the
 * numbers of the overview, names, counted ranges, and the index of searches unless it is behind. The log of each customer adds up to its record.
 */
export async function expectAgreement(engine: Engine): Promise<void> {
  const checks = (await engine.check?.run()) ?? [];
  expect(checks.filter(({ differences }) => differences > 0)).toEqual([]);
  const { customers, total } = await engine.customers.page(0, MANY);
  expect(customers).toHaveLength(total);
  expect(await engine.overview.read()).toEqual(await counted(engine));
  await expectRefolded(engine);
  if (!(await engine.search.count({ search: 'a', filters: [] })).indexing) await expectFound(engine, customers);
}

async function expectFound({ search }: Engine, customers: readonly CustomerRecord[]): Promise<void> {
  const names = new NameScan();
  for (const customer of customers) names.take(customer);
  expect(await search.attributeNames('', MANY)).toEqual(names.attributeNames('', MANY));
  expect(await search.eventNames('', MANY)).toEqual(names.eventNames('', MANY));
  for (const query of QUERIES) {
    const scan = new CustomerScan(query);
    for (const customer of customers) scan.take(new OpenRecord(customer));
    const found = scan.sorted().map((id) => customers.find((customer) => customer.id === id));
    expect(await search.search(query, 0, MANY)).toMatchObject({ customers: found, total: found.length });
  }
}
