import { countBits, eachBit, intersect, noBits, setBit, subtract, unite } from './bits.js';
import type { Block } from './blocks.js';
import { IndexedSelection } from './candidates.js';
import { exactly, packed, unpacked, type Candidates } from './condition.js';
import type { SnapshotReader } from './snapshot.js';
import type { Match, SearchDocument, Selection } from './store.js';

/** Up to this many documents are read, in about 20 ms, before texts are searched. */
const FEW_TO_READ = 3_000;
/** What was read of a block is kept if it was more than this, and the selection not longer, in UTF-16 units. */
const FEW_IN_BLOCK = 100;
const MOST_KEY_LENGTH = 1_000;
/** Documents that are read in a step, in about 1 ms. */
const READ_AT_ONCE = 100;

/**
 * The candidates of a selection in each block. Blocks may be searched, and their documents read, at several moments: a published block does
 * not change but for its documents that die, and a document that is live in the end has not changed since it was indexed.
 */
export class BlockCandidates<D extends SearchDocument> {
  private readonly found = new Map<number, Candidates & { readonly block: Block }>();
  /** The numbers of the blocks with documents that are not sure. */
  private readonly unsure = new Set<number>();
  private indexed: IndexedSelection | undefined;
  private blocks: readonly Block[] = [];
  /** See `Needle`. */
  private leave: number | undefined;
  /** The name of what was read, for `Block.kept`. */
  private readonly key: string | undefined;

  constructor(
    private readonly selection: Selection,
    private readonly match: Match<D>,
    private readonly reader: SnapshotReader<D>,
  ) {
    const { search, filters } = selection;
    const key = JSON.stringify([search?.terms, filters], (_, value: unknown) => (value === -Infinity ? '-' : value));
    if (key.length <= MOST_KEY_LENGTH) this.key = `read:${key}`;
  }

  /**
   * Searches the blocks in steps of a few ms, until all that were there at the beginning are searched, and their texts as well if too many documents would
   * have to be read without. Then reads the documents that are not sure.
   * @param current returns the blocks of the snapshot in which the step runs, in the order of their numbers
   * @throws DamagedIndex
   */
  *search(current: () => readonly Block[]): Generator<undefined, void> {
    yield* this.searchBlocks(current);
    for (const number of [...this.unsure]) {
      const block = current().find((one) => one.number === number);
      if (block) yield* this.decide(block);
    }
  }

  private *searchBlocks(current: () => readonly Block[]): Generator<undefined, void> {
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
      this.indexed ??= new IndexedSelection(this.selection, this.reader, this.leave);
      const { number } = next;
      for (const steps = this.indexed.candidates(next); ;) {
        const step = steps.next();
        if (step.done) this.note(next, step.value);
        yield;
        // A block that was compacted meanwhile is not searched any more.
        if (step.done || !current().some((block) => block.number === number)) break;
      }
    }
  }

  /** The candidates among the live documents of a block that was searched. They must not be changed. */
  of(block: Block): Candidates {
    const found = this.found.get(block.number);
    if (!found) throw new Error(`Block ${block.number} was not searched.`);
    if (found.block === block) return found;
    const sure = found.sure.slice();
    const maybe = found.maybe.slice();
    intersect(sure, block.live);
    intersect(maybe, block.live);
    return { sure, maybe };
  }

  private note(block: Block, { sure, maybe }: Candidates): void {
    this.found.set(block.number, { block, sure, maybe });
    if (countBits(maybe) > countBits(sure)) this.unsure.add(block.number);
  }

  /** True if the texts have to be searched from now on. What was found without is forgotten. */
  private searchesTexts(blocks: readonly Block[]): boolean {
    if (this.leave !== undefined && this.leave * blocks.length <= FEW_TO_READ) return false;
    if (this.toRead(blocks) <= FEW_TO_READ) return false;
    // One more block may be published before the search ends.
    this.leave = Math.floor(FEW_TO_READ / (blocks.length + 1));
    this.indexed = undefined;
    this.found.clear();
    this.unsure.clear();
    return true;
  }

  /** The number of documents that are not sure. */
  private toRead(blocks: readonly Block[]): number {
    let count = 0;
    for (const block of blocks) {
      if (!this.unsure.has(block.number)) continue;
      const { sure, maybe } = this.of(block);
      count += countBits(maybe) - countBits(sure);
    }
    return count;
  }

  /** Reads the documents of a block that are not sure. */
  private *decide(block: Block): Generator<undefined, void> {
    const found = this.found.get(block.number);
    if (!found || !this.unsure.has(block.number)) return;
    const { sure, maybe } = this.of(block);
    const open = maybe.slice();
    subtract(open, sure);
    const before = this.key === undefined ? undefined : block.known(this.key);
    const known = before ? unpacked(before, block.size) : exactly(noBits(block.size));
    const matching = known.sure;
    const left = open.slice();
    subtract(left, known.maybe);
    const unread: number[] = [];
    eachBit(left, (document) => unread.push(document));
    const keys = block.column('key');
    for (const [at, document] of unread.entries()) {
      const read = this.reader.store.document(keys[document]);
      if (read && this.match(read) !== undefined) setBit(matching, document);
      if (at % READ_AT_ONCE === READ_AT_ONCE - 1) yield;
    }
    // A document that is live later has not changed since it was read.
    if (this.key !== undefined && unread.length > FEW_IN_BLOCK)
      block.kept(this.key, () => packed({ sure: matching, maybe: open }));
    intersect(open, matching);
    unite(found.sure, open);
    intersect(found.maybe, found.sure);
    this.unsure.delete(block.number);
  }
}
