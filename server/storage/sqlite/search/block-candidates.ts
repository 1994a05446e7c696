import { countBits, intersect } from './bits.js';
import type { Block } from './blocks.js';
import { IndexedSelection } from './candidates.js';
import type { Candidates, Names } from './condition.js';
import type { Selection } from './store.js';

/** Up to this many documents are read, in about 20 ms, to make a result exact. */
export const MOST_READ = 3_000;

/**
 * The candidates of a selection in each block. Blocks may be searched at several moments, because a published block does not change but for
 * its documents that die.
 */
export class BlockCandidates {
  private readonly found = new Map<number, Candidates>();
  private indexed: IndexedSelection | undefined;
  private blocks: readonly Block[] = [];
  /** See `Needle`. */
  private leave: number | undefined;

  constructor(
    private readonly selection: Selection,
    private readonly names: Names,
  ) {}

  /**
   * Searches one block a step, until all that were there at the beginning are searched, and their texts as well if too many documents would
   * have to be read without.
   * @param current returns the blocks of the snapshot in which the step runs, in the order of their numbers
   * @throws DamagedIndex
   */
  *search(current: () => readonly Block[]): Generator<undefined, void> {
    let blocks = current();
    // A later block is left to the next search, so that this one ends however many are published meanwhile.
    let last = blocks.at(-1)?.number ?? 0;
    for (; ; blocks = current()) {
      let next = blocks.find(({ number }) => number <= last && !this.found.has(number));
      if (!next) {
        if (!this.searchesTexts(blocks)) return;
        next = blocks[0];
        last = blocks[blocks.length - 1].number;
      }
      // A name may have got its number together with a new block.
      if (blocks !== this.blocks) this.indexed = undefined;
      this.blocks = blocks;
      this.indexed ??= new IndexedSelection(this.selection, this.names, this.leave);
      this.found.set(next.number, this.indexed.candidates(next));
      yield;
    }
  }

  /** The candidates among the live documents of a block that was searched. */
  of(block: Block): Candidates {
    const found = this.found.get(block.number);
    if (!found) throw new Error(`Block ${block.number} was not searched.`);
    const sure = found.sure.slice();
    const maybe = found.maybe.slice();
    intersect(sure, block.live);
    intersect(maybe, block.live);
    return { sure, maybe };
  }

  /** True if the texts have to be searched from now on. What was found without is forgotten. */
  private searchesTexts(blocks: readonly Block[]): boolean {
    if (this.leave !== undefined && this.leave * blocks.length <= MOST_READ) return false;
    if (blocks.reduce((sum, block) => sum + this.countUnsure(block), 0) <= MOST_READ) return false;
    // One more block may be published before the search ends.
    this.leave = Math.floor(MOST_READ / (blocks.length + 1));
    this.indexed = undefined;
    this.found.clear();
    return true;
  }

  private countUnsure(block: Block): number {
    if (!this.found.has(block.number)) return 0;
    const { sure, maybe } = this.of(block);
    return countBits(maybe) - countBits(sure);
  }
}
