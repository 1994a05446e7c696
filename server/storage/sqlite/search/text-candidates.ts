import { countBits, intersect, noBits, subtract, unite, type Bits } from './bits.js';
import type { Block } from './blocks.js';
import {
  exactly,
  none,
  packed,
  unpacked,
  unsure,
  type Candidates,
  type Condition,
  type Names,
  type SlowCondition,
} from './condition.js';
import { addDocuments } from './document-lists.js';
import {
  ALL_VALUES,
  bucketOf,
  bucketTerm,
  existsTerm,
  gramsOfNeedle,
  ID_TEXTS,
  LONG_TEXTS,
  MOST_VALUE_LENGTH,
  textsTerm,
  valueOf,
  valueTerm,
  valueTerms,
} from './terms.js';
import { documentsWith } from './text-lists.js';
import { equalNumbers } from './typed-conditions.js';

/** When at most this many candidates are left, reading them is faster than intersecting further grams. */
const FEW = 2;

/** A needle that is searched in the id and all attributes. */
export interface Needle {
  /** Folded, not empty. */
  readonly text: string;
  /**
   * Also searches in the texts themselves, which takes longer, but leaves only documents with long texts that are not sure, and this many others of
   * a block. Undefined: searches in the lists of grams alone.
   */
  readonly leave: number | undefined;
}

/** The id or an attribute contains the needle; none does if it is empty. @param fold folds the text of a value */
export function needleCondition({ text, leave }: Needle, fold: (text: string) => string): SlowCondition {
  const cheap = text === '' ? none : gramCondition(text);
  /** The documents that were found by each list of texts, so far: an attribute that has it in a block mostly has it in others. */
  const hits = new Map<string, number>();
  /** The listed values that were compared so far: most blocks have the same. */
  const compared = new Map<string, boolean>();
  const isListed = (value: string): boolean => {
    const before = compared.get(value);
    if (before !== undefined) return before;
    const isFound = fold(value).includes(text);
    compared.set(value, isFound);
    return isFound;
  };
  return function* (block) {
    const name = `any:${leave}:${text}`;
    const before = leave === undefined ? undefined : block.known(name);
    if (before) return unpacked(before, block.size);
    const { sure, maybe } = cheap(block);
    if (leave === undefined || countBits(sure) === countBits(maybe)) return { sure, maybe };
    const ids = block.read(ID_TEXTS);
    // Blocks of earlier versions have no texts.
    if (!ids) return { sure, maybe };
    const found = yield* withTexts(block, { text, leave }, maybe, ids, isListed, hits);
    return kept(block, name, () => found);
  };
}

/**
 * @param maybe the documents that may have a text with the needle
 * @param ids the texts of the ids
 * @param isListed true for a listed value with the needle
 * @param hits see {@link needleCondition}; changes
 */
function* withTexts(
  block: Block,
  { text, leave = 0 }: Needle,
  maybe: Bits,
  ids: Uint8Array,
  isListed: (value: string) => boolean,
  hits: Map<string, number>,
): Generator<undefined, Candidates> {
  const sure = noBits(block.size);
  const open = maybe.slice();
  const take = (found: Bits): void => {
    intersect(found, open);
    unite(sure, found);
    subtract(open, found);
  };
  const listed = noBits(block.size);
  for (const { term, list } of block.range(ALL_VALUES.from, ALL_VALUES.to))
    if (isListed(valueOf(term))) addDocuments(listed, list, block.size);
  take(listed);
  yield;
  const terms = [ID_TEXTS, ...Array.from(block.textNames, textsTerm)];
  terms.sort((a, b) => (hits.get(b) ?? 0) - (hits.get(a) ?? 0));
  for (const term of terms) {
    const left = countBits(open);
    if (left <= leave) break;
    const texts = term === ID_TEXTS ? ids : block.read(term);
    if (texts) take(documentsWith(texts, block.size, text, false));
    hits.set(term, (hits.get(term) ?? 0) + left - countBits(open));
    yield;
  }
  if (countBits(open) > leave) intersect(open, block.documents(LONG_TEXTS));
  unite(open, sure);
  return { sure, maybe: open };
}

/** Makes candidates once for each block. */
function kept(block: Block, name: string, make: () => Candidates): Candidates {
  return unpacked(
    block.kept(name, () => packed(make())),
    block.size,
  );
}

/** The id or an attribute may contain the needle, by the lists of grams alone. @param needle folded, not empty */
export function gramCondition(needle: string): Condition {
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
  names: Pick<Names, 'compareNumbers' | 'comparable'>,
): Candidates {
  const comparable = names.comparable(value);
  const sure = noBits(block.size);
  const maybe = noBits(block.size);
  for (const name of attributes) {
    const found =
      comparable === undefined
        ? valueCandidates(block, name, value)
        : comparableCandidates(block, name, value, comparable, names);
    unite(sure, found.sure);
    unite(maybe, found.maybe);
  }
  return { sure, maybe };
}

export function valueCandidates(block: Block, name: number, value: string): Candidates {
  if (!block.hasName(name)) return none(block);
  const isShort = value.length <= MOST_VALUE_LENGTH;
  if (isShort && block.list(valueTerm(name, value))) return exactly(block.documents(valueTerm(name, value)));
  return unsure(block, block.documents(bucketTerm(name, bucketOf(value))));
}

/** The documents whose text is `value`, and those of the same comparable value, whose texts may be others. */
export function comparableCandidates(
  block: Block,
  name: number,
  value: string,
  comparable: string,
  names: Pick<Names, 'compareNumbers'>,
): Candidates {
  const same = valueCandidates(block, name, value);
  const sure = same.sure.slice();
  const maybe = same.maybe.slice();
  for (const term of [bucketTerm(name, bucketOf(comparable)), valueTerm(name, comparable)]) {
    const list = block.list(term);
    if (list) addDocuments(maybe, list, block.size);
  }
  const open = maybe.slice();
  subtract(open, sure);
  const numbers = open.some((word) => word !== 0) ? equalNumbers(block, name, comparable, names) : undefined;
  if (!numbers) return { sure, maybe };
  // The number of a document decides, unless its double does not tell all digits.
  intersect(numbers.decided, open);
  subtract(maybe, numbers.decided);
  intersect(numbers.equal, numbers.decided);
  unite(sure, numbers.equal);
  unite(maybe, numbers.equal);
  return { sure, maybe };
}

/** @param anywhere the documents with the needle in any text, which may be too many */
export function containsCandidates(
  block: Block,
  name: number,
  { text, leave, isBegin }: Needle & { readonly isBegin: boolean },
  matches: (value: string) => boolean,
  anywhere: Condition,
): Candidates {
  if (!block.hasName(name)) return none(block);
  const { from, to } = valueTerms(name);
  const bits = noBits(block.size);
  const listed = noBits(block.size);
  const hasTexts = block.textNames.has(name);
  let areListed = false;
  for (const { term, list } of block.range(from, to)) {
    areListed = true;
    if (hasTexts) addDocuments(listed, list, block.size);
    if (matches(String(term).slice(from.length))) addDocuments(bits, list, block.size);
  }
  if (areListed && !hasTexts) return exactly(bits);
  const others = block.documents(existsTerm(name));
  subtract(others, listed);
  const cheap = (): Bits => {
    const maybe = anywhere(block).maybe.slice();
    intersect(maybe, others);
    return maybe;
  };
  const withListed = ({ sure, maybe }: Candidates): Candidates => {
    const all = { sure: sure.slice(), maybe: maybe.slice() };
    unite(all.sure, bits);
    unite(all.maybe, bits);
    return all;
  };
  if (leave === undefined) return withListed(unsure(block, cheap()));
  const found = kept(block, `${isBegin ? 'begin' : 'contains'}:${name}:${text}`, () => {
    const texts = block.read(textsTerm(name));
    const maybe = cheap();
    if (!texts || maybe.every((word) => word === 0)) return unsure(block, maybe);
    const sure = documentsWith(texts, block.size, text, isBegin);
    intersect(maybe, block.documents(LONG_TEXTS));
    unite(maybe, sure);
    return { sure, maybe };
  });
  return withListed(found);
}
