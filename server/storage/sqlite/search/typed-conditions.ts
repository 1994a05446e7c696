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

/**
 * Compares the numbers of JSON of an attribute with a number.
 * @param comparable of a value
 * @returns the documents whose number is surely equal or not, and those of the same double; undefined if the value is no number
 */
export function equalNumbers(
  block: Block,
  name: number,
  comparable: string,
  names: Pick<Names, 'compareNumbers'>,
): { decided: Bits; equal: Bits } | undefined {
  const wanted = /^-?\d/.test(comparable) ? Number(comparable) : NaN;
  if (!Number.isFinite(wanted)) return undefined;
  const isDouble = names.compareNumbers(String(wanted), comparable) === 0;
  const decided = noBits(block.size);
  const equal = noBits(block.size);
  eachNumber(block, typedTerm(name, 'number'), (document, value) => {
    setBit(decided, document);
    if (value === wanted) setBit(equal, document);
  });
  const open = equal.slice();
  // A number that is no double differs from every double.
  if (isDouble) intersect(open, block.documents(inexactTerm(name)));
  subtract(decided, open);
  return { decided, equal };
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
    const inexact = block.documents(inexactTerm(name));
    const open = noBits(block.size);
    add('number', (value) => {
      const time = names.timeOfNumber(value);
      return time !== undefined && isIn(time, instants);
    });
    if (inexact.some((word) => word !== 0)) {
      eachNumber(block, typedTerm(name, 'number'), (document, value) => {
        const near = [value, value * (1 - Number.EPSILON)];
        if (near.some((one) => names.timeOfNumber(one) !== undefined)) setBit(open, document);
      });
      intersect(open, inexact);
    }
    add('time', (value) => isIn(value, instants));
    add('day', (value) => isIn(value, days));
    return withUnsure(bits, open);
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
