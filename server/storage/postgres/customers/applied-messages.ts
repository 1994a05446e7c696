import type { ClientBase } from 'pg';
import {
  CustomerMessages,
  LOWEST,
  lowerBound,
  splitSegment,
  type IdentitySegment,
  type OpenedSegment,
} from '../../../domain/customer/packed-identities.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import { CopyRows } from './copy-rows.js';

/** Identities of one row at most: 1.8 kB, so that the row stays in its page, and a message rewrites no more than that. */
const SEGMENT_IDENTITIES = 112;
/** How full a row is made when one is split, so that the next message does not split it again. */
const FILLED_IDENTITIES = 72;
/** Of customers with more segments only those are read that are needed. */
const FEW_SEGMENTS = 8;

interface SegmentRow {
  readonly customer_id: string;
  readonly first: Uint8Array;
  /** Null of a customer with many segments. */
  readonly identities: Uint8Array | null;
}

/** A segment with something that is wanted, read or about to be. */
interface WantedSegment {
  readonly id: string;
  readonly first: Uint8Array;
  identities: Uint8Array | null;
  readonly wanted: Uint8Array;
}

/** Reads the segments that may hold one of the identities of many customers at once. */
export async function openMessages(
  client: ClientBase,
  customers: readonly PartialCustomer[],
): Promise<Map<string, CustomerMessages>> {
  const { rows } = await client.query<SegmentRow>({
    name: 'message_segments',
    text: `SELECT customer_id, first,
             CASE WHEN count(*) OVER (PARTITION BY customer_id) <= ${FEW_SEGMENTS} THEN identities END AS identities
           FROM applied_messages WHERE customer_id = ANY($1) ORDER BY customer_id, first`,
    values: [customers.map(({ id }) => id)],
  });
  const rowsOf = new Map<string, SegmentRow[]>();
  for (const row of rows) {
    const known = rowsOf.get(row.customer_id);
    if (known) known.push(row);
    else rowsOf.set(row.customer_id, [row]);
  }
  const opened = customers.map(({ id, identities }) => wantedSegments(id, rowsOf.get(id) ?? [], identities));
  await readSegments(client, opened.flat());
  return new Map(customers.map(({ id }, at) => [id, new CustomerMessages(opened[at].map(readSegment))]));
}

/** Divides packed and sorted identities among the segments of their customer. */
function wantedSegments(id: string, rows: readonly SegmentRow[], identities: Uint8Array): WantedSegment[] {
  if (rows.length === 0) return [{ id, first: LOWEST, identities: LOWEST, wanted: identities }];
  const segments: WantedSegment[] = [];
  for (let row = 0, at = 0; row < rows.length && at < identities.length; row++) {
    const next = rows.at(row + 1);
    const end = next ? lowerBound(identities, next.first, at) : identities.length;
    if (end > at) segments.push({ ...rows[row], id, wanted: identities.subarray(at, end) });
    at = end;
  }
  return segments;
}

async function readSegments(client: ClientBase, segments: readonly WantedSegment[]): Promise<void> {
  const missing = segments.filter(({ identities }) => !identities);
  if (missing.length === 0) return;
  const { rows } = await client.query<{ at: number; identities: Uint8Array }>({
    name: 'message_segments_of_many',
    text: `SELECT at, identities FROM applied_messages
           JOIN unnest($1::text[], $2::bytea[], $3::bigint[]) AS wanted (customer_id, first, at) USING (customer_id, first)`,
    values: [missing.map(({ id }) => id), missing.map(({ first }) => Buffer.from(first)), [...missing.keys()]],
  });
  for (const { at, identities } of rows) missing[at].identities = identities;
}

function readSegment({ id, first, identities, wanted }: WantedSegment): OpenedSegment {
  if (!identities) throw new Error(`A segment of customer ${JSON.stringify(id)} was not read.`);
  return { first, identities, wanted };
}

/** Sends a segment on its way, in several where it has become too large. */
export async function copySegment(rows: CopyRows, id: string, segment: IdentitySegment): Promise<void> {
  for (const { first, identities } of splitSegment(segment, SEGMENT_IDENTITIES, FILLED_IDENTITIES)) {
    await rows.row([id, first, identities]);
  }
}

/** The row of a customer that has none yet; its identities are packed and sorted. */
export async function copyFresh(rows: CopyRows, id: string, identities: Uint8Array): Promise<void> {
  await copySegment(rows, id, { first: LOWEST, identities });
}
