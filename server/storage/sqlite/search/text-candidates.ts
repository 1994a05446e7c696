import { countBits, intersect, noBits, unite } from './bits.js';
import type { Block } from './blocks.js';
import { exactly, none, unsure, type Candidates, type Condition } from './condition.js';
import { addDocuments } from './document-lists.js';
import { bucketOf, bucketTerm, existsTerm, gramsOfNeedle, MOST_VALUE_LENGTH, valueTerm, valueTerms } from './terms.js';

/** When at most this many candidates are left, reading them is faster than intersecting further grams. */
const FEW = 2;

/** The id or an attribute contains the needle. */
export function needleCondition(needle: string): Condition {
  const grams = gramsOfNeedle(needle);
  if ('from' in grams) {
    return (block) => {
      const bits = noBits(block.size);
      for (const { list } of block.range(grams.from, grams.to)) addDocuments(bits, list, block.size);
      return exactly(bits);
    };
  }
  const { all, exact } = grams;
  let rarestFirst: readonly number[] | undefined;
  return (block) => {
    // A gram that is rare in the first block is mostly rare in the others.
    rarestFirst ??= byLength(block, all);
    const bits = block.documents(rarestFirst[0]);
    for (let i = 1; i < all.length && countBits(bits) > FEW; i++) intersect(bits, block.documents(rarestFirst[i]));
    return exact ? exactly(bits) : unsure(block, bits);
  };
}

/** Grams sorted by the lengths of their lists in a block. */
function byLength(block: Block, grams: readonly number[]): number[] {
  const lengths = new Map(grams.map((gram) => [gram, block.list(gram)?.length ?? 0]));
  return [...grams].sort((a, b) => (lengths.get(a) ?? 0) - (lengths.get(b) ?? 0));
}

/** The documents with an attribute whose text is `value`. Others of the same comparable value may be among those that are not sure. */
export function textCandidates(
  block: Block,
  attributes: Iterable<number>,
  value: string,
  comparable?: string,
): Candidates {
  const sure = noBits(block.size);
  const maybe = noBits(block.size);
  for (const name of attributes) {
    const found =
      comparable === undefined
        ? valueCandidates(block, name, value)
        : comparableCandidates(block, name, value, comparable);
    unite(sure, found.sure);
    unite(maybe, found.maybe);
  }
  return { sure, maybe };
}

export function valueCandidates(block: Block, name: number, value: string): Candidates {
  if (!block.hasName(name)) return none(block);
  const isShort = value.length <= MOST_VALUE_LENGTH;
  if (isShort && block.list(valueTerm(name, value))) return exactly(block.documents(valueTerm(name, value)));
  // An attribute whose values are listed has no buckets, so no candidates are found here.
  return unsure(block, block.documents(bucketTerm(name, bucketOf(value))));
}

/** The documents whose text is `value`, and those of the same comparable value, whose texts may be others. */
export function comparableCandidates(block: Block, name: number, value: string, comparable: string): Candidates {
  const same = valueCandidates(block, name, value);
  const maybe = same.maybe.slice();
  for (const term of [bucketTerm(name, bucketOf(comparable)), valueTerm(name, comparable)]) {
    const list = block.list(term);
    if (list) addDocuments(maybe, list, block.size);
  }
  return { sure: same.sure, maybe };
}

export function containsCandidates(
  block: Block,
  name: number,
  matches: (value: string) => boolean,
  anywhere: Condition,
): Candidates {
  if (!block.hasName(name)) return none(block);
  const { from, to } = valueTerms(name);
  const bits = noBits(block.size);
  let listed = false;
  for (const { term, list } of block.range(from, to)) {
    listed = true;
    if (matches(String(term).slice(from.length))) addDocuments(bits, list, block.size);
  }
  if (listed) return exactly(bits);
  const maybe = anywhere(block).maybe.slice();
  intersect(maybe, block.documents(existsTerm(name)));
  return unsure(block, maybe);
}
