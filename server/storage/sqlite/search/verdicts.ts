import type { CustomerFilter } from '../../../domain/search/customer-filter.js';
import { foldCase } from '../../../domain/search/fold-case.js';
import type { CustomerSelection } from '../../../domain/search/customer-query.js';
import { decodeCounted, type NameKind } from './block-builder.js';
import type { Block } from './blocks.js';
import { addDocuments, countBits, eachBit, intersect, noBits, setBit, subtract, type Bits } from './documents.js';
import {
  bucketOf,
  bucketTerm,
  eventTerm,
  existsTerm,
  gramsOfPart,
  MOST_VALUE_LENGTH,
  valueTerm,
  valueTerms,
} from './terms.js';

/**
 * What the index knows of a condition. Whoever is in `sure` satisfies it, whoever is not in `maybe` does not; for the rest one has
 * to look at the customer.
 */
export interface Verdict {
  readonly sure: Bits;
  readonly maybe: Bits;
}

/** So few are faster looked at than made out by more grams. */
const FEW = 2;

type Condition = (block: Block) => Verdict;

/** The number of a name; undefined for one that no customer in the index has had. */
export type KnownName = (kind: NameKind, name: string) => number | undefined;

/** Answers a selection from the index, block by block. Ids are none of its business. */
export class IndexedSelection {
  private readonly conditions: readonly Condition[];

  constructor(selection: CustomerSelection, known: KnownName) {
    const conditions = selection.filters.map((filter) => filterCondition(filter, known));
    // The dearest comes last: by then there may be nobody left.
    if (selection.search !== undefined) conditions.push(partCondition(foldCase(selection.search)));
    this.conditions = conditions;
  }

  /** Among the live documents of a block. */
  verdict(block: Block): Verdict {
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

function exactly(bits: Bits): Verdict {
  return { sure: bits, maybe: bits };
}

function not(block: Block, { sure, maybe }: Verdict): Verdict {
  const notSure = block.live.slice();
  subtract(notSure, maybe);
  const notMaybe = block.live.slice();
  subtract(notMaybe, sure);
  return { sure: notSure, maybe: notMaybe };
}

/** Whose id or a value has the part. */
function partCondition(folded: string): Condition {
  const grams = gramsOfPart(folded);
  if ('from' in grams) {
    return (block) => {
      const bits = noBits(block.size);
      for (const { stored } of block.range(grams.from, grams.to)) addDocuments(bits, stored, block.size);
      return exactly(bits);
    };
  }
  const { all, exact } = grams;
  let rarestFirst: readonly number[] | undefined;
  return (block) => {
    rarestFirst ??= byLength(block, all);
    const bits = block.documents(rarestFirst[0]);
    for (let i = 1; i < all.length && countBits(bits) > FEW; i++) intersect(bits, block.documents(rarestFirst[i]));
    return exact ? exactly(bits) : { sure: noBits(block.size), maybe: bits };
  };
}

/** What is rare in one block is mostly so in the others. */
function byLength(block: Block, grams: readonly number[]): number[] {
  const lengths = new Map(grams.map((gram) => [gram, block.stored(gram)?.length ?? 0]));
  return [...grams].sort((a, b) => (lengths.get(a) ?? 0) - (lengths.get(b) ?? 0));
}

function filterCondition(filter: CustomerFilter, known: KnownName): Condition {
  switch (filter.on) {
    case 'attribute':
      return attributeCondition(filter, known('attribute', filter.name));
    case 'event':
      return eventCondition(filter, known('event', filter.name));
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

function attributeCondition(filter: CustomerFilter & { on: 'attribute' }, name: number | undefined): Condition {
  switch (filter.is) {
    case 'exists':
      return (block) => exactly(name === undefined ? noBits(block.size) : block.documents(existsTerm(name)));
    case 'not_exists': {
      const exists = attributeCondition({ ...filter, is: 'exists' }, name);
      return (block) => not(block, exists(block));
    }
    case 'is': {
      const { value } = filter;
      return (block) => (name === undefined ? exactly(noBits(block.size)) : valueVerdict(block, name, value));
    }
    case 'is_not': {
      const is = attributeCondition({ ...filter, is: 'is' }, name);
      return (block) => not(block, is(block));
    }
    case 'contains': {
      if (name === undefined) return (block) => exactly(noBits(block.size));
      const folded = foldCase(filter.value);
      const anywhere = partCondition(folded);
      return (block) => containsVerdict(block, name, folded, anywhere);
    }
    default:
      return filter satisfies never;
  }
}

function valueVerdict(block: Block, name: number, value: string): Verdict {
  if (!block.names.has(name)) return exactly(noBits(block.size));
  if (value.length <= MOST_VALUE_LENGTH) {
    const stored = block.stored(valueTerm(name, value));
    if (stored) {
      const bits = noBits(block.size);
      addDocuments(bits, stored, block.size);
      return exactly(bits);
    }
  }
  // Where values are listed by themselves there are no buckets.
  const maybe = block.documents(bucketTerm(name, bucketOf(value)));
  return { sure: noBits(block.size), maybe };
}

function containsVerdict(block: Block, name: number, folded: string, anywhere: Condition): Verdict {
  if (!block.names.has(name)) return exactly(noBits(block.size));
  const { from, to } = valueTerms(name);
  const bits = noBits(block.size);
  let listed = false;
  for (const { term, stored } of block.range(from, to)) {
    listed = true;
    // Safe: the terms of this range are texts.
    if (foldCase((term as string).slice(from.length)).includes(folded)) addDocuments(bits, stored, block.size);
  }
  if (listed) return exactly(bits);
  const maybe = anywhere(block).maybe.slice();
  intersect(maybe, block.documents(existsTerm(name)));
  return { sure: noBits(block.size), maybe };
}

function eventCondition(filter: CustomerFilter & { on: 'event' }, name: number | undefined): Condition {
  const least = (count: number): Condition => {
    if (count === 0) return (block) => exactly(block.live);
    return (block) => exactly(name === undefined ? noBits(block.size) : atLeast(block, name, count));
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

function atLeast(block: Block, name: number, count: number): Bits {
  const bits = noBits(block.size);
  const stored = block.stored(eventTerm(name));
  if (!stored) return bits;
  const { documents, numbers } = decodeCounted(stored);
  if (count === 1) {
    addDocuments(bits, documents, block.size);
    return bits;
  }
  const all = noBits(block.size);
  addDocuments(all, documents, block.size);
  const counts = numbers(block.names.get(name)?.documents ?? 0);
  let i = 0;
  eachBit(all, (document) => {
    if (counts[i++] >= count) setBit(bits, document);
  });
  return bits;
}

/** How often an event happened to the live documents of a block. */
export function eventsOf(block: Block, name: number): number {
  const known = block.names.get(name);
  if (!known) return 0;
  if (block.liveCount === block.size) return known.events;
  const stored = block.stored(eventTerm(name));
  if (!stored) return 0;
  const { documents, numbers } = decodeCounted(stored);
  const all = noBits(block.size);
  addDocuments(all, documents, block.size);
  const counts = numbers(known.documents);
  let i = 0;
  let events = 0;
  eachBit(all, (document) => {
    const count = counts[i++];
    if (((block.live[document >>> 5] >>> (document & 31)) & 1) === 1) events += count;
  });
  return events;
}
