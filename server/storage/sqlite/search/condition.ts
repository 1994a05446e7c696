import type { Bits } from './bits.js';
import type { Block } from './blocks.js';
import type { SnapshotReader } from './snapshot.js';
import type { SearchDocument } from './store.js';

/**
 * The documents that may satisfy a condition. Documents in `sure` satisfy it, documents outside `maybe` do not, and the others
 * have to be read.
 */
export interface Candidates {
  readonly sure: Bits;
  readonly maybe: Bits;
}

export type Condition = (block: Block) => Candidates;

/** The parts of the index that a condition asks. */
export type Names = Pick<
  SnapshotReader<SearchDocument>,
  'numberOf' | 'fold' | 'comparable' | 'compareNumbers' | 'timeOfNumber'
>;
