import { noBits, subtract, type Bits } from './bits.js';
import type { Block } from './blocks.js';
import { bytesOf, wordsOf } from './document-lists.js';
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
/** A condition that takes longer, and is answered in steps of some ms. */
export type SlowCondition = (block: Block) => Generator<undefined, Candidates>;

/** The parts of the index that a condition asks. */
export type Names = Pick<
  SnapshotReader<SearchDocument>,
  'numberOf' | 'fold' | 'comparable' | 'compareNumbers' | 'timeOfNumber'
>;

export function exactly(bits: Bits): Candidates {
  return { sure: bits, maybe: bits };
}

/** Satisfied by no document. */
export function none(block: Block): Candidates {
  return exactly(noBits(block.size));
}

/** Documents that have to be read. */
export function unsure(block: Block, maybe: Bits): Candidates {
  return { sure: noBits(block.size), maybe };
}

/** The opposite of a condition, among live documents. */
export function not(block: Block, { sure, maybe }: Candidates): Candidates {
  const notSure = block.live.slice();
  subtract(notSure, maybe);
  const notMaybe = block.live.slice();
  subtract(notMaybe, sure);
  return { sure: notSure, maybe: notMaybe };
}

/** Candidates as bytes, for {@link unpacked}. */
export function packed({ sure, maybe }: Candidates): Uint8Array {
  const both = new Uint8Array(sure.byteLength + maybe.byteLength);
  both.set(bytesOf(sure));
  both.set(bytesOf(maybe), sure.byteLength);
  return both;
}

export function unpacked(bytes: Uint8Array, size: number): Candidates {
  const half = bytes.length / 2;
  return { sure: wordsOf(bytes.subarray(0, half), size), maybe: wordsOf(bytes.subarray(half), size) };
}

/** Combines conditions by `intersect` or `unite`. @param conditions at least one */
export function combined(
  block: Block,
  conditions: readonly Condition[],
  combine: (bits: Bits, others: Bits) => void,
): Candidates {
  const [first, ...others] = conditions.map((condition) => condition(block));
  const sure = first.sure.slice();
  const maybe = first.maybe.slice();
  for (const other of others) {
    combine(sure, other.sure);
    combine(maybe, other.maybe);
  }
  return { sure, maybe };
}
