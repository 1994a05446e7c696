import { addCounts, noCounts, type Reject } from '../../domain/ingestion/ingestion.js';
import { FoldedBatch, type FoldedBatchData } from '../../domain/customer/folded-batch.js';
import type { Completion } from './completion.js';
import type { Answer, Parser } from '../threads/parser.js';
import type { RangeRead } from '../threads/parser-protocol.js';
import type { Stretch } from './stretches.js';
import type { SpooledChunk } from './spool-file.js';

/** Buckets that a thread may have folded before they are merged: a few, as some take longer than others. */
const FOLDED_AHEAD = 4;

/** Lines of a source, and the descriptor of the file where their messages are. */
export interface ReadBy extends RangeRead {
  readonly spool: number;
}

/**
 * The part that ranges of a source come to, which threads fold bucket after bucket while it is gone through.
 * @param read in the order of the source
 * @param linesBefore what the lines of their rejects are counted from
 * @param onFolded is called when all is folded, and not merged yet
 */
export function spooledStretch(
  read: readonly ReadBy[],
  buckets: number,
  linesBefore: number,
  parsers: readonly Parser[],
  completion: Completion,
  onFolded?: () => unknown,
): Stretch {
  const counts = noCounts();
  const rejects: Reject[] = [];
  for (const range of read) {
    const before = linesBefore + counts.lines;
    for (const reject of range.rejects) rejects.push({ ...reject, line: reject.line + before });
    addCounts(counts, range.counts);
  }
  const batches = { [Symbol.asyncIterator]: () => fold(read, buckets, parsers, completion, onFolded) };
  return { batches, counts, rejects };
}

/** The buckets in the order of lists. Some are folded ahead while the one before is used. */
async function* fold(
  read: readonly ReadBy[],
  buckets: number,
  parsers: readonly Parser[],
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
    // Taken out, so that it is not held while it is merged.
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

/** Where the messages of each bucket are, in the order of the source: gone through once, as chunks are many. */
function spoolsOf(read: readonly ReadBy[], buckets: number): { spool: number; chunks: SpooledChunk[] }[][] {
  const spools = Array.from({ length: buckets }, () =>
    read.map(({ spool }) => ({ spool, chunks: [] as SpooledChunk[] })),
  );
  for (const [at, { chunks }] of read.entries())
    for (const chunk of chunks) spools[chunk.bucket][at].chunks.push(chunk);
  return spools;
}

function leastBusy(parsers: readonly Parser[]): Parser {
  return parsers.reduce((least, parser) => (parser.pending < least.pending ? parser : least));
}

function folded(answer: Answer): FoldedBatchData {
  if (answer.kind !== 'folded') throw new Error(`A thread that folds answered ${answer.kind}.`);
  return answer.partial;
}
