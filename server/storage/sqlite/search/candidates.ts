import { intersect, noBits, setBit, unite } from './bits.js';
import type { Block } from './blocks.js';
import {
  combined,
  exactly,
  none,
  not,
  type Candidates,
  type Condition,
  type Names,
  type SlowCondition,
} from './condition.js';
import { eventCondition } from './event-conditions.js';
import type { Filter, Selection } from './store.js';
import { existsTerm, labelTerm } from './terms.js';
import {
  comparableCandidates,
  containsCandidates,
  gramCondition,
  needleCondition,
  valueCandidates,
} from './text-candidates.js';
import { numberCondition, timeCondition } from './typed-conditions.js';

/** Answers a selection from the index, one block at a time. */
export class IndexedSelection {
  private readonly filters: readonly Condition[];
  private readonly terms: readonly SlowCondition[];

  /** @param leave see `Needle` */
  constructor(selection: Selection, names: Names, leave?: number) {
    this.filters = selection.filters.map((filter) => filterCondition(filter, names, leave));
    const terms = selection.search?.terms ?? [];
    this.terms = terms.map((text) => needleCondition({ text, leave }, (value) => names.fold(value)));
  }

  /** The candidates among the live documents of a block, in steps of some ms. */
  *candidates(block: Block): Generator<undefined, Candidates> {
    const sure = block.live.slice();
    const maybe = block.live.slice();
    const isEmpty = (): boolean => maybe.every((word) => word === 0);
    const take = (one: Candidates): void => {
      intersect(sure, one.sure);
      intersect(maybe, one.maybe);
    };
    for (const filter of this.filters) {
      if (isEmpty()) break;
      take(filter(block));
      yield;
    }
    // The terms are the most expensive conditions: no candidate may be left when they come last.
    for (const term of this.terms) {
      if (isEmpty()) break;
      take(yield* term(block));
    }
    return { sure, maybe };
  }
}

function filterCondition(filter: Filter, names: Names, leave: number | undefined): Condition {
  switch (filter.on) {
    case 'attribute':
      return attributeCondition(filter, names, leave);
    case 'event':
      return eventCondition(filter, names.numberOf('event', filter.name));
    case 'label':
      return labelCondition(filter, names);
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
      const conditions = filter.of.map((one) => filterCondition(one, names, leave));
      const combine = filter.on === 'all' ? intersect : unite;
      return (block) => combined(block, conditions, combine);
    }
    default:
      return filter satisfies never;
  }
}

function attributeCondition(filter: Filter & { on: 'attribute' }, names: Names, leave: number | undefined): Condition {
  const name = names.numberOf('attribute', filter.name);
  switch (filter.is) {
    case 'exists':
      return name === undefined ? none : (block) => exactly(block.documents(existsTerm(name)));
    case 'not_exists': {
      const exists = attributeCondition({ ...filter, is: 'exists' }, names, leave);
      return (block) => not(block, exists(block));
    }
    case 'is': {
      const { value } = filter;
      if (name === undefined) return none;
      const comparable = names.comparable(value);
      if (comparable === undefined) return (block) => valueCandidates(block, name, value);
      return (block) => comparableCandidates(block, name, value, comparable, names);
    }
    case 'is_not': {
      const is = attributeCondition({ ...filter, is: 'is' }, names, leave);
      return (block) => not(block, is(block));
    }
    case 'is_any_of': {
      const values = [...new Set(filter.values)].map((value) =>
        attributeCondition({ on: 'attribute', name: filter.name, is: 'is', value }, names, leave),
      );
      return (block) => combined(block, values, unite);
    }
    case 'contains':
    case 'starts_with': {
      const needle = names.fold(filter.value);
      if (name === undefined || needle === '') return none;
      const isBegin = filter.is === 'starts_with';
      const fold = (value: string): string => names.fold(value);
      const matches = (value: string): boolean =>
        isBegin ? fold(value).startsWith(needle) : fold(value).includes(needle);
      const anywhere = gramCondition(needle);
      return (block) => containsCandidates(block, name, { text: needle, leave, isBegin }, matches, anywhere);
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

function labelCondition(filter: Filter & { on: 'label' }, names: Names): Condition {
  switch (filter.is) {
    case 'is': {
      const label = names.numberOf('label', filter.value);
      return label === undefined ? none : (block) => exactly(block.documents(labelTerm(label)));
    }
    case 'is_not': {
      const is = labelCondition({ ...filter, is: 'is' }, names);
      return (block) => not(block, is(block));
    }
    case 'is_any_of': {
      const each = filter.values.map((value) => labelCondition({ on: 'label', is: 'is', value }, names));
      return (block) => combined(block, each, unite);
    }
    default:
      return filter satisfies never;
  }
}
