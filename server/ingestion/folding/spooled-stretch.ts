import { addCounts, noCounts } from '../../domain/ingestion/ingestion.js';
import type { RejectBlock } from '../../domain/ingestion/reject.js';
import { FoldedBatch, type FoldedBatchData } from '../../domain/customer/folded-batch.js';
import type { Completion } from './completion.js';
import type { Answer, ParserClient } from '../threads/parser-client.js';
import type { RangeRead } from '../threads/parser-protocol.js';
import type { RejectBudget } from './reject-budget.js';
import type { Stretch } from './stretches.js';
import type { SpooledChunk, SpooledRange } from './spool-file.js';

/** Folded buckets for each thread that may wait to be applied. More than one, so that a slow bucket does not leave the applier idle. */
const FOLDED_AHEAD = 2;

/** A range that was read, and the descriptor of the spool file that holds its messages. */
export interface ReadBy extends RangeRead {
  readonly spool: number;
}

type PlacedRange = ReadBy & Pick<SpooledRange, 'linesBefore'>;

/**
 * Makes one stretch of ranges of a source. Threads fold it bucket after bucket while its batches are asked for.
 * @param read the ranges in the order of the source
 * @param linesBefore lines of the source before the line from which the first range counts
 * @param onFolded is called when the last bucket is folded, before its batch is handed on
 */
export function spooledStretch(
  read: readonly ReadBy[],
  buckets: number,
  linesBefore: number,
  parsers: readonly ParserClient[],
  completion: Completion,
  budget: RejectBudget,
  onFolded?: () => unknown,
): Stretch {
  const counts = noCounts();
  const rejects: RejectBlock[] = [];
  const placed: PlacedRange[] = [];
  for (const range of read) {
    const before = linesBefore + counts.lines;
    placed.push({ ...range, linesBefore: before });
    const kept = budget.take(range.rejects, range.counts);
    rejects.push(...kept.map((block) => ({ ...block, first: block.first + before })));
    addCounts(counts, range.counts);
  }
  const batches = { [Symbol.asyncIterator]: () => fold(placed, buckets, parsers, completion, onFolded) };
  return { batches, counts, rejects };
}

/** Yields the buckets in the order of user ids. Some are folded ahead while a batch is applied. */
async function* fold(
  read: readonly PlacedRange[],
  buckets: number,
  parsers: readonly ParserClient[],
  completion: Completion,
  onFolded: (() => unknown) | undefined,
): AsyncGenerator<FoldedBatch> {
  const spools = spoolsOf(read, buckets);
  const ask = (bucket: number, withMessages = completion.isCommon): Promise<Answer> =>
    leastBusy(parsers).ask({ kind: 'fold', spools: spools[bucket], withMessages });
  const answers: Promise<Answer>[] = [];
  let asked = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    for (; asked < Math.min(buckets, bucket + FOLDED_AHEAD * parsers.length); asked++) answers.push(ask(asked));
    // The array must not hold the batch while it is applied.
    const [answer] = answers.splice(0, 1);
    const data = folded(await answer);
    if (!data.hasMessages) completion.offer();
    if (bucket === buckets - 1) onFolded?.();
    yield new FoldedBatch(data, async () => {
      completion.count();
      return new FoldedBatch(folded(await ask(bucket, true)));
    });
  }
}

/** Lists for each bucket where its messages are, in the order of the source. One pass over all chunks, as there are many. */
function spoolsOf(read: readonly PlacedRange[], buckets: number): SpooledRange[][] {
  const spools = Array.from({ length: buckets }, () =>
    read.map(({ spool, linesBefore }) => ({ spool, linesBefore, chunks: [] as SpooledChunk[] })),
  );
  for (const [at, { chunks }] of read.entries())
    for (const chunk of chunks) spools[chunk.bucket][at].chunks.push(chunk);
  return spools;
}

function leastBusy(parsers: readonly ParserClient[]): ParserClient {
  return parsers.reduce((least, parser) => (parser.pending < least.pending ? parser : least));
}

function folded(answer: Answer): FoldedBatchData {
  if (answer.kind !== 'folded') throw new Error(`A thread that folds answered ${answer.kind}.`);
  return answer.batch;
}
