import { outcomeCounts, type RowOutcome } from '../domain/import/accept-rows.js';
import { failPoint } from '../domain/fail-point.js';
import {
  addCounts,
  countRejected,
  noCounts,
  type Checkpoint,
  type Ingestion,
  type IngestionCounts,
} from '../domain/ingestion/ingestion.js';
import type { ApplyListener } from '../domain/ingestion/ingestor.js';
import { RejectPacker, type RejectBlock } from '../domain/ingestion/reject.js';
import { LIMITS } from '../domain/limits.js';
import { Turns } from '../http/turns.js';
import type { ImportStore, ReadySheet, SheetProgress } from './dry-run.js';
import { allOutcomes, ImportRows } from './import-rows.js';
import { rejectOfRow } from './reject-rows.js';
import { rowGroups, type RowEntry, type RowGroup } from './row-groups.js';
import { damagedIn } from './tally.js';

/**
 * Applies the rows of a sheet from the position that the counts of its ingestion give. Each group of rows is committed with its counts and its
 * rejects, so a row counts once, however often the import is interrupted.
 * @param size of the sheet in bytes, if it is known
 * @param signal stops it between two groups
 * @throws errors of the sheet and of the database
 */
export async function importRows(
  { sheet, planner, mapping }: ReadySheet,
  { customers, emails, identifier }: ImportStore,
  { id, counts: before }: Ingestion,
  size: number | undefined,
  progress: SheetProgress,
  listeners: readonly ApplyListener[],
  signal: AbortSignal,
): Promise<void> {
  const total = structuredClone(before);
  const turns = new Turns();
  const rows = new ImportRows(planner, identifier, id);
  const commit = async (group: RowGroup, ready: ReturnType<ImportRows['of']>): Promise<void> => {
    const ended = listeners.map((listener) => listener());
    let counts: IngestionCounts | undefined;
    try {
      let checkpoint: Checkpoint | undefined;
      const accepted = await customers.acceptRows(
        ready,
        (outcomes) => (checkpoint = checkpointOf(id, group, allOutcomes(group.entries, outcomes), total)),
        id,
      );
      counts = checkpoint && withOutcomes(checkpoint.counts, accepted);
      if (counts) addCounts(total, counts);
    } finally {
      for (const end of ended) end(counts);
    }
  };
  const find = (wanted: readonly string[]): ReturnType<typeof emails.find> => emails.find(wanted);
  for await (const group of rowGroups(sheet, planner, mapping, find, before.lines)) {
    if (signal.aborted) return;
    await commit(group, rows.of(group.entries));
    progress.rows = total.lines - total.blank;
    progress.bytes = total.bytes;
    failPoint('ingestion:stretch-applied');
    await turns.next();
  }
  const left = (size ?? sheet.bytesRead) - total.bytes;
  if (left > 0 && !signal.aborted) await commit({ entries: [], last: total.lines, bytes: total.bytes + left }, []);
}

/** The counts and rejects of a group, without the outcomes of messages. */
function checkpointOf(
  ingestionId: number,
  { entries, last, bytes }: RowGroup,
  outcomes: readonly RowOutcome[],
  total: IngestionCounts,
): Checkpoint {
  const counts = noCounts();
  const lines = last - total.lines;
  counts.lines = lines;
  counts.blank = lines - entries.length;
  counts.bytes = Math.max(0, bytes - total.bytes);
  counts.sheet = { created: 0, damaged: 0 };
  for (const outcome of outcomes) {
    if (outcome.kind === 'created') counts.sheet.created++;
    if (outcome.kind !== 'rejected') counts.sheet.damaged += damagedIn(outcome);
    else if (isLineReject(outcome.reason)) countRejected(counts, outcome.reason);
  }
  return { ingestionId, counts, rejects: rejectsOf(entries, outcomes, counts, total) };
}

/** Packs the rejects of a group, as far as they may be kept. @param counts are completed */
function rejectsOf(
  entries: readonly RowEntry[],
  outcomes: readonly RowOutcome[],
  counts: IngestionCounts,
  total: IngestionCounts,
): readonly RejectBlock[] {
  const left = total.rejectsNotKept ? 0 : Math.max(0, LIMITS.rejectBytes - (total.rejectBytes ?? 0));
  const packer = new RejectPacker(left);
  let notKept = 0;
  entries.forEach(({ row, customer }, at) => {
    const outcome = outcomes[at];
    if (outcome.kind !== 'rejected' || !isLineReject(outcome.reason)) return;
    if (packer.isClosed || !packer.add(rejectOfRow(row, customer, outcome.reason, outcome.message))) notKept++;
  });
  if (packer.bytes > 0) counts.rejectBytes = packer.bytes;
  if (notKept > 0) counts.rejectsNotKept = notKept;
  return packer.blocks();
}

/** False for rows of deleted and of suppressed customers, which are counted as such messages are, and not kept. */
function isLineReject(reason: string): boolean {
  return reason !== 'stale' && reason !== 'suppressed';
}

/** The counts of a group with the outcomes of its messages, as its transaction has stored them. */
function withOutcomes(counts: IngestionCounts, accepted: readonly RowOutcome[]): IngestionCounts {
  const { suppressed, ...outcomes } = outcomeCounts(accepted);
  const all = { ...counts, ...outcomes, rejected: { ...counts.rejected } };
  if (suppressed > 0) countRejected(all, 'suppressed', suppressed);
  return all;
}
