import type { Block } from './blocks.js';

export interface IndexerOptions {
  /** Documents of a block at most; less than 2 ** 21. */
  readonly blockSize: number;
  /** Changed documents that make a block at least. A search reads fewer of them one at a time. */
  readonly leastPending: number;
  /** This many blocks of about the same size are compacted into one. */
  readonly compactAt: number;
}

export const INDEXER_OPTIONS: IndexerOptions = { blockSize: 32_768, leastPending: 256, compactAt: 8 };

/** Chooses small blocks that become one, or a block without live documents. */
export function blocksToCompact(blocks: readonly Block[], options: IndexerOptions): Block[] {
  const { blockSize, leastPending, compactAt } = options;
  const classes = new Map<number, Block[]>();
  for (const block of blocks) {
    if (block.liveCount === 0) return [block];
    if (block.liveCount * 2 > blockSize) continue;
    const size = Math.max(0, Math.floor(Math.log(block.liveCount / leastPending) / Math.log(compactAt)));
    const list = classes.get(size);
    if (list) list.push(block);
    else classes.set(size, [block]);
  }
  for (const list of classes.values()) {
    if (list.length < compactAt) continue;
    let live = 0;
    return list.filter((block) => (live += block.liveCount) <= blockSize);
  }
  return [];
}
