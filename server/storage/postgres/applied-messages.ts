import type { ClientBase } from 'pg';
import type { Identity } from '../../domain/message-identity.js';
import { SegmentedMessages, segmentOf, splitSegment, type IdentitySegment } from '../../domain/packed-identities.js';
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

interface KnownSegments {
  readonly firsts: Uint8Array[];
  readonly segments: IdentitySegment[];
}

/** Reads the segments that may hold one of the wanted identities, of many customers at once. */
export async function openMessages(
  client: ClientBase,
  wanted: ReadonlyMap<string, readonly Identity[]>,
): Promise<Map<string, SegmentedMessages>> {
  const { rows } = await client.query<SegmentRow>({
    name: 'segments',
    text: `SELECT customer_id, first,
             CASE WHEN count(*) OVER (PARTITION BY customer_id) <= ${FEW_SEGMENTS} THEN identities END AS identities
           FROM applied_messages WHERE customer_id = ANY($1) ORDER BY customer_id, first`,
    values: [[...wanted.keys()]],
  });
  const known = new Map<string, KnownSegments>();
  const many: { id: string; first: Uint8Array }[] = [];
  for (const { customer_id: id, first, identities } of rows) {
    const one = known.get(id) ?? { firsts: [], segments: [] };
    known.set(id, one);
    one.firsts.push(first);
    if (identities) one.segments.push({ first, identities });
  }
  for (const [id, { firsts, segments }] of known) {
    if (segments.length > 0) continue;
    const needed = new Set((wanted.get(id) ?? []).map((identity) => segmentOf(firsts, identity)));
    for (const segment of needed) many.push({ id, first: firsts[segment] });
  }
  if (many.length > 0) await readSegments(client, many, known);
  const messages = new Map<string, SegmentedMessages>();
  for (const [id, identities] of wanted) {
    const { firsts, segments } = known.get(id) ?? { firsts: [], segments: [] };
    messages.set(id, new SegmentedMessages(identities, segments, firsts));
  }
  return messages;
}

async function readSegments(
  client: ClientBase,
  wanted: readonly { id: string; first: Uint8Array }[],
  known: ReadonlyMap<string, KnownSegments>,
): Promise<void> {
  const { rows } = await client.query<SegmentRow>({
    name: 'segments_of_many',
    text: `SELECT customer_id, first, identities
           FROM applied_messages JOIN unnest($1::text[], $2::bytea[]) AS wanted (customer_id, first) USING (customer_id, first)
           ORDER BY customer_id, first`,
    values: [wanted.map(({ id }) => id), wanted.map(({ first }) => Buffer.from(first))],
  });
  for (const { customer_id: id, first, identities } of rows) {
    if (identities) known.get(id)?.segments.push({ first, identities });
  }
}

/** Sends a segment on its way, in several where it has become too large. */
export async function copySegment(rows: CopyRows, id: string, segment: IdentitySegment): Promise<void> {
  for (const { first, identities } of splitSegment(segment, SEGMENT_IDENTITIES, FILLED_IDENTITIES)) {
    await rows.row([id, first, identities]);
  }
}

/** The row of a customer that has none yet; its identities are packed and sorted. */
export async function copyFresh(rows: CopyRows, id: string, identities: Uint8Array): Promise<void> {
  await copySegment(rows, id, { first: new Uint8Array(0), identities });
}
