import { ValueType } from '../model/attribute-rules';

/** The types of a value, with their labels. */
export const VALUE_TYPES: readonly { readonly value: ValueType; readonly label: string }[] = [
  { value: 'text', label: $localize`Text` },
  { value: 'number', label: $localize`Number` },
  { value: 'boolean', label: $localize`True/false` },
  { value: 'json', label: $localize`JSON` },
  { value: 'empty', label: $localize`Empty` },
];

export function isValueType(value: string): value is ValueType {
  return VALUE_TYPES.some((type) => type.value === value);
}

export function typeLabel(type: ValueType): string {
  return VALUE_TYPES.find(({ value }) => value === type)?.label ?? type;
}
