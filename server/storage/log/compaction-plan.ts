import { LOOSE, type BlockHead } from './block-row.js';

/** A block as a plan sees it. */
export interface SizedBlock extends BlockHead {
  /** Bytes of the packed entries. */
  readonly bytes: number;
}

/** Loose blocks of one customer are compacted when there are so many of them, or so many bytes in them. */
const LEAST_LOOSE = 16;
const LEAST_LOOSE_BYTES = 1_024;
/** Bytes that are compacted at once. */
const MOST_BYTES = 2 * 1024 * 1024;
/** A compacted block with fewer bytes, and fewer entries, may grow. */
const SMALL_BYTES = 2_000;
const SMALL_ENTRIES = 128;
/** Entries that may be packed again for each new one. */
const AGAIN = 4;
/** Runs of blocks that may overlap in time before some are merged: a page of a timeline has to open one block of each. */
const MOST_RUNS = 6;

/**
 * Chooses the blocks of one customer that are packed into new ones together, so that blocks are large and seldom overlap in time, and few
 * entries are packed again for each new one.
 * @returns none when there is nothing to gain for now
 */
export function planCompaction<Block extends SizedBlock>(blocks: readonly Block[]): readonly Block[] {
  const loose = blocks.filter(({ format }) => format === LOOSE);
  const compacted = blocks.filter(({ format }) => format !== LOOSE);
  if (loose.length >= LEAST_LOOSE || sum(loose, 'bytes') >= LEAST_LOOSE_BYTES) {
    const chosen = within(byArrival(loose), MOST_BYTES);
    return [...chosen, ...merged(chosen, compacted)];
  }
  return overlapping(compacted);
}

/** The compacted blocks that loose ones are merged with: those that they overlap, unless these are many more, and small neighbours. */
function merged<Block extends SizedBlock>(loose: readonly Block[], compacted: readonly Block[]): readonly Block[] {
  const between = compacted.filter(crossing(loose));
  const all = sum(between, 'entries') <= AGAIN * sum(loose, 'entries') && sum(between, 'bytes') <= MOST_BYTES;
  const chosen = new Set(all ? between : between.filter(isSmall));
  const first = Math.min(...[...loose, ...chosen].map(({ firstTime }) => firstTime));
  const last = Math.max(...[...loose, ...chosen].map(({ lastTime }) => lastTime));
  const before = latest(compacted.filter(({ lastTime }) => lastTime <= first));
  const after = earliest(compacted.filter(({ firstTime }) => firstTime >= last));
  for (const neighbour of [before, after]) if (neighbour && isSmall(neighbour)) chosen.add(neighbour);
  return [...chosen];
}

/** The blocks of the smallest runs that overlap each other, when there are too many runs. */
function overlapping<Block extends SizedBlock>(compacted: readonly Block[]): readonly Block[] {
  const runs = runsOf(compacted);
  if (runs.length <= MOST_RUNS) return [];
  const smallestFirst = runs.sort((a, b) => sum(a, 'entries') - sum(b, 'entries'));
  const chosen: Block[] = [...smallestFirst[0]];
  for (const [place, run] of smallestFirst.slice(1).entries()) {
    const between = run.filter(crossing(chosen));
    // One run less is the least gain.
    if (place > 0 && sum(between, 'entries') > AGAIN * sum(chosen, 'entries')) break;
    chosen.push(...between);
  }
  return within(crossed(chosen), MOST_BYTES);
}

/** Sorts blocks into the least number of runs in which no two overlap. */
function runsOf<Block extends SizedBlock>(blocks: readonly Block[]): Block[][] {
  const runs: Block[][] = [];
  for (const block of byTime(blocks)) {
    let best: Block[] | undefined;
    for (const run of runs) {
      const end = run[run.length - 1].lastTime;
      if (end <= block.firstTime && (!best || end > best[best.length - 1].lastTime)) best = run;
    }
    if (best) best.push(block);
    else runs.push([block]);
  }
  return runs;
}

/** Tells which blocks may have entries between those of some others. */
function crossing(others: readonly SizedBlock[]): (block: SizedBlock) => boolean {
  const spans: { firstTime: number; lastTime: number }[] = [];
  for (const { firstTime, lastTime } of byTime(others)) {
    const last = spans.at(-1);
    if (last && firstTime < last.lastTime) last.lastTime = Math.max(last.lastTime, lastTime);
    else spans.push({ firstTime, lastTime });
  }
  return ({ firstTime, lastTime }) => {
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (spans[middle].lastTime > firstTime) high = middle;
      else low = middle + 1;
    }
    return low < spans.length && spans[low].firstTime < lastTime;
  };
}

/** The blocks that cross another one, in the order of their times. */
function crossed<Block extends SizedBlock>(blocks: readonly Block[]): Block[] {
  const sorted = byTime(blocks);
  let end = -Infinity;
  return sorted.filter((block, at) => {
    const isCrossed = block.firstTime < end || (at + 1 < sorted.length && sorted[at + 1].firstTime < block.lastTime);
    end = Math.max(end, block.lastTime);
    return isCrossed;
  });
}

function byTime<Block extends SizedBlock>(blocks: readonly Block[]): Block[] {
  return [...blocks].sort((a, b) => a.firstTime - b.firstTime || a.lastTime - b.lastTime);
}

function isSmall({ bytes, entries }: SizedBlock): boolean {
  return bytes < SMALL_BYTES && entries < SMALL_ENTRIES;
}

function byArrival<Block extends SizedBlock>(blocks: readonly Block[]): Block[] {
  return [...blocks].sort((a, b) => a.moment - b.moment || a.part - b.part);
}

/** The first blocks that have at most so many bytes together, and at least two. */
function within<Block extends SizedBlock>(blocks: readonly Block[], most: number): Block[] {
  let bytes = 0;
  return blocks.filter((block, at) => (bytes += block.bytes) <= most || at < 2);
}

function latest<Block extends SizedBlock>(blocks: readonly Block[]): Block | undefined {
  return blocks.reduce<Block | undefined>(
    (best, one) => (best && best.lastTime > one.lastTime ? best : one),
    undefined,
  );
}

function earliest<Block extends SizedBlock>(blocks: readonly Block[]): Block | undefined {
  return blocks.reduce<Block | undefined>(
    (best, one) => (best && best.firstTime < one.firstTime ? best : one),
    undefined,
  );
}

function sum(blocks: readonly SizedBlock[], member: 'bytes' | 'entries'): number {
  return blocks.reduce((total, block) => total + block[member], 0);
}
