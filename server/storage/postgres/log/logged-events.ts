import type { ClientBase } from 'pg';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import { EventTimes } from '../../../domain/log/event-times.js';
import type { LogBaseline, LogEdit } from '../../../domain/log/log-entry.js';
import { frameOf } from '../../../domain/log/read-log.js';
import { openStored, type OpenRecord } from '../../../domain/search/open-record.js';
import { readBaseline, type BaselineRow } from '../../log/baseline-row.js';
import type { BlockRow } from '../../log/block-row.js';
import { readEdit, type EditRow } from '../../log/edit-row.js';
import { eventsIn } from '../../log/logged-events.js';
import { rowsOf } from '../database/cursor.js';
import { BASELINE, BLOCK } from './log-rows.js';

type Of<Row> = Row & { readonly customer_id: string };

const BASELINES = `SELECT customer_id, ${BASELINE} FROM log_baselines WHERE customer_id = ANY($1)`;
const EDITS = 'SELECT customer_id, moment, at, kind, data FROM log_edits WHERE customer_id = ANY($1)';
const BLOCKS = `SELECT customer_id, ${BLOCK} FROM log_blocks WHERE customer_id = ANY($1)`;
const HAVE_BLOCKS = 'SELECT DISTINCT customer_id FROM log_blocks WHERE customer_id = ANY($1)';

/**
 * Reads the events of customers from their logs, within a transaction.
 * @param withTimes false reads only what has ended
 */
export async function readEvents(
  client: ClientBase,
  customers: readonly StoredCustomer[],
  withTimes = true,
): Promise<Map<string, EventTimes>> {
  const found = new Map<string, EventTimes>();
  if (customers.length === 0) return found;
  const ids = customers.map(({ id }) => id);
  const { baselines, edits } = await readFrames(client, ids);
  for (const { id } of customers) {
    const frame = { baseline: baselines.get(id), edits: edits.get(id) ?? [] };
    found.set(id, new EventTimes(frame));
  }
  const logged = new Set([...baselines.keys(), ...edits.keys()]);
  if (withTimes) {
    for await (const { customer_id: id, ...block } of rowsOf<Of<BlockRow>>(client, BLOCKS, [ids])) {
      logged.add(id);
      for (const event of eventsIn(block)) found.get(id)?.add(event);
    }
  } else {
    const { rows } = await client.query<Of<object>>(HAVE_BLOCKS, [ids]);
    for (const { customer_id: id } of rows) logged.add(id);
  }
  for (const customer of customers)
    if (!logged.has(customer.id)) found.set(customer.id, new EventTimes(frameOf(NO_LOG, customer)));
  return found;
}

/** Opens customers for conditions on events of some names, within a transaction. */
export async function openWithEvents(
  client: ClientBase,
  customers: readonly StoredCustomer[],
  names: readonly string[],
): Promise<OpenRecord[]> {
  const plain = customers.map((customer) => openStored(customer));
  const asked = customers.filter((_customer, at) => names.some((name) => plain[at].eventCount(name) > 0));
  const events = await readEvents(client, asked);
  return customers.map((customer, at) => {
    const times = events.get(customer.id);
    return times ? openStored(customer, times) : plain[at];
  });
}

const NO_LOG = { baseline: undefined, edits: [], exists: false };

async function readFrames(
  client: ClientBase,
  ids: readonly string[],
): Promise<{ baselines: Map<string, LogBaseline>; edits: Map<string, LogEdit[]> }> {
  const { rows: baselineRows } = await client.query<Of<BaselineRow>>(BASELINES, [ids]);
  const { rows: editRows } = await client.query<Of<EditRow>>(EDITS, [ids]);
  const edits = new Map<string, LogEdit[]>();
  for (const row of editRows.sort((a, b) => a.moment - b.moment)) {
    const known = edits.get(row.customer_id);
    if (known) known.push(readEdit(row));
    else edits.set(row.customer_id, [readEdit(row)]);
  }
  return { baselines: new Map(baselineRows.map((row) => [row.customer_id, readBaseline(row)])), edits };
}
