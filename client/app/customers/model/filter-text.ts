import { instantOf } from '../../core/instant';
import { CustomerFilter, FilterOperator, FilterSubject } from './customer-filter';

export const SUBJECT_TEXT: Readonly<Record<FilterSubject, string>> = {
  attribute: $localize`Attribute`,
  event: $localize`Event`,
  last_updated: $localize`Last updated`,
};

export const OPERATOR_TEXT: Readonly<Record<FilterOperator, string>> = {
  is: $localize`is`,
  is_not: $localize`is not`,
  contains: $localize`contains`,
  exists: $localize`exists`,
  not_exists: $localize`does not exist`,
  at_least: $localize`at least`,
  at_most: $localize`at most`,
  never: $localize`never`,
  before: $localize`before`,
  after: $localize`after`,
};

/** A filter in words, in three parts that look different. */
export interface FilterText {
  readonly subject: string;
  readonly operator: string;
  readonly value: string;
}

export function textOfFilter(filter: CustomerFilter): FilterText {
  const operator = OPERATOR_TEXT[filter.is];
  switch (filter.on) {
    case 'attribute':
      return { subject: filter.name, operator, value: 'value' in filter ? filter.value : '' };
    case 'event':
      return { subject: filter.name, operator, value: 'count' in filter ? timesText(filter.count) : '' };
    case 'last_updated':
      return {
        subject: SUBJECT_TEXT.last_updated,
        operator,
        value: instantOf(filter.seconds)?.text ?? String(filter.seconds),
      };
    default:
      return filter satisfies never;
  }
}

function timesText(count: number): string {
  return count === 1 ? $localize`once` : $localize`${count}:count: times`;
}
