import { eachBit, intersect, noBits, setBit, subtract, unite, type Bits } from './bits.js';
import type { Block } from './blocks.js';
import type { Candidates, Condition, Names } from './condition.js';
import { decodeCounts } from './document-lists.js';
import type { Filter, Range } from './store.js';
import { inexactTerm, typedTerm, type TypedKind } from './terms.js';

type NumberFilter = Extract<Filter, { readonly number: string }>;
type TimeFilter = Extract<Filter, { readonly is: 'within' }>;

/** Finds the documents whose attribute is such a number. A number and the bound are compared as doubles, and digit for digit if these are equal. */
export function numberCondition(name: number, { is, number }: NumberFilter, names: Names): Condition {
  const bound = Number(number);
  const tie = Number.isFinite(bound) ? names.compareNumbers(String(bound), number) : 0;
  const satisfies = (value: number): boolean => isCompared(is, value === bound ? tie : value - bound);
  return (block) => {
    const bits = noBits(block.size);
    const equal = noBits(block.size);
    for (const kind of ['number', 'digits'] as const) {
      eachNumber(block, typedTerm(name, kind), (document, value) => {
        if (satisfies(value)) setBit(bits, document);
        if (value === bound) setBit(equal, document);
      });
    }
    intersect(equal, block.documents(inexactTerm(name)));
    return withUnsure(bits, equal);
  };
}

function isCompared(is: NumberFilter['is'], difference: number): boolean {
  switch (is) {
    case 'above':
      return difference > 0;
    case 'at_least':
      return difference >= 0;
    case 'below':
      return difference < 0;
    case 'at_most':
      return difference <= 0;
    default:
      return is satisfies never;
  }
}

/** Finds the documents whose attribute is a time or a date within ranges. */
export function timeCondition(name: number, { instants, days }: TimeFilter, names: Names): Condition {
  const isIn = (value: number, { from, to }: Range): boolean => value >= from && value < to;
  return (block) => {
    const bits = noBits(block.size);
    const add = (kind: TypedKind, isFound: (value: number) => boolean): void =>
      eachNumber(block, typedTerm(name, kind), (document, value) => {
        if (isFound(value)) setBit(bits, document);
      });
    add('number', (value) => {
      const time = names.timeOfNumber(value);
      return time !== undefined && isIn(time, instants);
    });
    add('time', (value) => isIn(value, instants));
    add('day', (value) => isIn(value, days));
    return withUnsure(bits, block.documents(inexactTerm(name)));
  };
}

/** Visits the documents of a term whose list has a number for each. */
function eachNumber(block: Block, term: string, visit: (document: number, value: number) => void): void {
  const list = block.list(term);
  if (!list) return;
  const { bits, counts } = decodeCounts(list, block.size);
  const numbers = counts();
  if (numbers.length === block.size) {
    for (let document = 0; document < numbers.length; document++) visit(document, numbers[document]);
    return;
  }
  let i = 0;
  eachBit(bits, (document) => visit(document, numbers[i++]));
}

function withUnsure(found: Bits, unsure: Bits): Candidates {
  const maybe = found.slice();
  unite(maybe, unsure);
  subtract(found, unsure);
  return { sure: found, maybe };
}
