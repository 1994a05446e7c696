import { countBits, eachBit, intersect, noBits, setBit, subtract, type Bits } from './bits.js';
import type { Block } from './blocks.js';
import { addDocuments, decodeCounts } from './document-lists.js';
import type { SnapshotReader } from './snapshot.js';
import type { Filter, SearchDocument, Selection } from './store.js';
import {
  bucketOf,
  bucketTerm,
  eventTerm,
  existsTerm,
  gramsOfNeedle,
  MOST_VALUE_LENGTH,
  valueTerm,
  valueTerms,
} from './terms.js';

/**
 * The documents that may satisfy a condition. Documents in `sure` satisfy it, documents outside `maybe` do not, and the others
 * have to be read.
 */
export interface Candidates {
  readonly sure: Bits;
  readonly maybe: Bits;
}

/** When at most this many candidates are left, reading them is faster than intersecting further grams. */
const FEW = 2;

type Condition = (block: Block) => Candidates;

/** The parts of the index that a condition asks. */
type Names = Pick<SnapshotReader<SearchDocument>, 'numberOf' | 'fold' | 'comparable'>;

/** Answers a selection from the index, one block at a time. */
export class IndexedSelection {
  private readonly conditions: readonly Condition[];

  constructor(selection: Selection, names: Names) {
    const conditions = selection.filters.map((filter) => filterCondition(filter, names));
    // The search text is the most expensive condition: no candidate may be left when it comes last.
    if (selection.search !== undefined) conditions.push(needleCondition(names.fold(selection.search)));
    this.conditions = conditions;
  }

  /** The candidates among the live documents of a block. */
  candidates(block: Block): Candidates {
    const sure = block.live.slice();
    const maybe = block.live.slice();
    for (const condition of this.conditions) {
      if (!maybe.some((word) => word !== 0)) break;
      const one = condition(block);
      intersect(sure, one.sure);
      intersect(maybe, one.maybe);
    }
    return { sure, maybe };
  }
}

function exactly(bits: Bits): Candidates {
  return { sure: bits, maybe: bits };
}

function none(block: Block): Candidates {
  return exactly(noBits(block.size));
}

function unsure(block: Block, maybe: Bits): Candidates {
  return { sure: noBits(block.size), maybe };
}

function not(block: Block, { sure, maybe }: Candidates): Candidates {
  const notSure = block.live.slice();
  subtract(notSure, maybe);
  const notMaybe = block.live.slice();
  subtract(notMaybe, sure);
  return { sure: notSure, maybe: notMaybe };
}

/** The id or an attribute contains the needle. */
function needleCondition(needle: string): Condition {
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

function filterCondition(filter: Filter, names: Names): Condition {
  switch (filter.on) {
    case 'attribute':
      return attributeCondition(filter, names);
    case 'event':
      return eventCondition(filter, names.numberOf('event', filter.name));
    case 'last_updated': {
      const { is, seconds } = filter;
      return (block) => {
        const bits = noBits(block.size);
        const times = block.column('last_updated');
        for (let i = 0; i < times.length; i++)
          if (is === 'before' ? times[i] < seconds : times[i] > seconds) setBit(bits, i);
        return exactly(bits);
      };
    }
    default:
      return filter satisfies never;
  }
}

function attributeCondition(filter: Filter & { on: 'attribute' }, names: Names): Condition {
  const name = names.numberOf('attribute', filter.name);
  switch (filter.is) {
    case 'exists':
      return name === undefined ? none : (block) => exactly(block.documents(existsTerm(name)));
    case 'not_exists': {
      const exists = attributeCondition({ ...filter, is: 'exists' }, names);
      return (block) => not(block, exists(block));
    }
    case 'is': {
      const { value } = filter;
      if (name === undefined) return none;
      const comparable = names.comparable(value);
      if (comparable === undefined) return (block) => valueCandidates(block, name, value);
      return (block) => comparableCandidates(block, name, value, comparable);
    }
    case 'is_not': {
      const is = attributeCondition({ ...filter, is: 'is' }, names);
      return (block) => not(block, is(block));
    }
    case 'contains': {
      if (name === undefined) return none;
      const needle = names.fold(filter.value);
      const anywhere = needleCondition(needle);
      const matches = (value: string): boolean => names.fold(value).includes(needle);
      return (block) => containsCandidates(block, name, matches, anywhere);
    }
    default:
      return filter satisfies never;
  }
}

function valueCandidates(block: Block, name: number, value: string): Candidates {
  if (!block.hasName(name)) return none(block);
  const isShort = value.length <= MOST_VALUE_LENGTH;
  if (isShort && block.list(valueTerm(name, value))) return exactly(block.documents(valueTerm(name, value)));
  // An attribute whose values are listed has no buckets, so no candidates are found here.
  return unsure(block, block.documents(bucketTerm(name, bucketOf(value))));
}

/** The documents whose text is `value`, and those of the same comparable value, whose texts may be others. */
function comparableCandidates(block: Block, name: number, value: string, comparable: string): Candidates {
  const same = valueCandidates(block, name, value);
  const maybe = same.maybe.slice();
  for (const term of [bucketTerm(name, bucketOf(comparable)), valueTerm(name, comparable)]) {
    const list = block.list(term);
    if (list) addDocuments(maybe, list, block.size);
  }
  return { sure: same.sure, maybe };
}

function containsCandidates(
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

function eventCondition(filter: Filter & { on: 'event' }, name: number | undefined): Condition {
  const least = (count: number): Condition => {
    if (count === 0) return (block) => exactly(block.live);
    return name === undefined ? none : (block) => exactly(atLeast(block, name, count));
  };
  switch (filter.is) {
    case 'at_least':
      return least(filter.count);
    case 'at_most': {
      const more = least(filter.count + 1);
      return (block) => not(block, more(block));
    }
    case 'never': {
      const once = least(1);
      return (block) => not(block, once(block));
    }
    default:
      return filter satisfies never;
  }
}

/** The documents with at least `count` events of a name; `count` is at least 1. */
function atLeast(block: Block, name: number, count: number): Bits {
  const list = block.list(eventTerm(name));
  if (!list) return noBits(block.size);
  const { bits: all, counts } = decodeCounts(list, block.size);
  if (count === 1) return all;
  const bits = noBits(block.size);
  const countOf = counts();
  let i = 0;
  eachBit(all, (document) => {
    if (countOf[i++] >= count) setBit(bits, document);
  });
  return bits;
}
