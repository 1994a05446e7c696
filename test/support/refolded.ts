import { recordOf, type CustomerRecord } from '../../server/domain/customer/customer.js';
import { refold } from '../../server/domain/log/read-log.js';
import type { Engine } from './engine.js';

/**
 * Expects the log of every customer of an engine to add up to its record, times of attributes and tombstones included.
 * @param only the id of a customer; without it, of all
 */
export async function expectRefolded({ log, customers }: Engine, only?: string): Promise<void> {
  const all = (await customers.page(0, 1_000_000)).customers.filter(({ id }) => only === undefined || id === only);
  const served = new Map(all.map((customer) => [customer.id, customer]));
  const seen = new Set<string>();
  await log.wholes([...served.keys()], async (id, own, messages, record) => {
    const refolded = await refold(id, own, messages, record);
    // Labels are in no log.
    expect(refolded).toEqual(record && { ...record, labels: undefined });
    // Safe: the customer exists, as does its record.
    expect(recordOf(record as CustomerRecord & { attributeTimes: string })).toEqual(served.get(id));
    seen.add(id);
  });
  expect(seen.size).toBe(all.length);
}
