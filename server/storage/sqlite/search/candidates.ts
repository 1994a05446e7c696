import { countBits, eachBit, intersect, noBits, setBit, subtract, unite, type Bits } from './bits.js';
import type { Block } from './blocks.js';
import { addDocuments, decodeCounts } from './document-lists.js';
import type { Candidates, Condition, Names } from './condition.js';
import type { Filter, Selection } from './store.js';
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
import { numberCondition, timeCondition } from './typed-conditions.js';

/** When at most this many candidates are left, reading them is faster than intersecting further grams. */
const FEW = 2;

/** Answers a selection from the index, one block at a time. */
export class IndexedSelection {
  private readonly conditions: readonly Condition[];

  constructor(selection: Selection, names: Names) {
    const conditions = selection.filters.map((filter) => filterCondition(filter, names));
    // The terms are the most expensive conditions: no candidate may be left when they come last.
    for (const term of selection.search?.terms ?? []) conditions.push(term === '' ? none : needleCondition(term));
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
      const { from, to } = filter.seconds;
      return (block) => {
        const bits = noBits(block.size);
        const times = block.column('last_updated');
        for (let i = 0; i < times.length; i++) if (times[i] >= from && times[i] < to) setBit(bits, i);
        return exactly(bits);
      };
    }
    case 'all':
    case 'any': {
      const conditions = filter.of.map((one) => filterCondition(one, names));
      const combine = filter.on === 'all' ? intersect : unite;
      return (block) => combined(block, conditions, combine);
    }
    default:
      return filter satisfies never;
  }
}

/** @param conditions at least one */
function combined(
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
    case 'is_any_of': {
      const values = [...new Set(filter.values)].map((value) =>
        attributeCondition({ on: 'attribute', name: filter.name, is: 'is', value }, names),
      );
      return (block) => combined(block, values, unite);
    }
    case 'contains':
    case 'starts_with': {
      const needle = names.fold(filter.value);
      if (name === undefined || needle === '') return none;
      const anywhere = needleCondition(needle);
      const matches = (value: string): boolean =>
        filter.is === 'contains' ? names.fold(value).includes(needle) : names.fold(value).startsWith(needle);
      return (block) => containsCandidates(block, name, matches, anywhere);
    }
    case 'above':
    case 'at_least':
    case 'below':
    case 'at_most':
      return name === undefined ? none : numberCondition(name, filter, names);
    case 'within':
      return name === undefined ? none : timeCondition(name, filter, names);
    default:
      return filter satisfies never;
  }
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
